"""Secrets as people paste them, and what only looks like them: frames of our own around values drawn by chance.

What each group is like was read off what public scanners of source look for; no text of theirs is here.
"""

from __future__ import annotations

import random
import string
import uuid
from collections.abc import Callable

_LOWER, _MIXED = string.ascii_lowercase + string.digits, string.ascii_letters + string.digits
_VENDORS = ("airship", "alconost", "amplitude", "appcues", "bitmex", "bugsnag", "buildkite", "campayn", "clickup", "close.io", "coinlayer", "convertkit", "courier", "dareboost", "deepgram", "disqus", "eventbrite", "fixer", "flickr", "freshdesk", "geocodio", "hunter", "ipstack", "keen", "klaviyo", "lokalise", "mailerlite", "meraki", "mixpanel", "moosend", "nutritionix", "opsgenie", "pagerduty", "pipedrive", "rawg", "rollbar", "segment", "shodan", "sparkpost", "statuscake", "strava", "tomtom", "unsplash", "wistia", "zendesk")  # fmt: skip
Value = Callable[[random.Random], str]


def _of(alphabet: str, size: int) -> Value:
    return lambda chance: "".join(chance.choices(alphabet, k=size))


_VALUES: tuple[Value, ...] = (
    _of("0123456789abcdef", 32), _of("0123456789abcdef", 40), _of("0123456789abcdef", 64), _of(_LOWER, 20), _of(_LOWER, 32), _of(_MIXED, 22), _of(_MIXED, 32), _of(_MIXED, 40), _of(_MIXED + "-_", 43),
    lambda chance: str(uuid.UUID(int=chance.getrandbits(128))),
)  # fmt: skip
_PASSWORD: tuple[Value, ...] = (
    lambda chance: "".join(chance.choices(_MIXED, k=9)) + chance.choice("!#%*+") + str(chance.randrange(10)),
    lambda chance: chance.choice(("Kestrel", "Anvil", "mosaic", "Tundra")) + chance.choice("!_#@") + str(chance.randrange(100, 9999)) + chance.choice(("x", "Q!", "")),
    _of(_MIXED, 14),
)  # fmt: skip

BY_VENDOR: tuple[str, ...] = (
    "{vendor} token = '{value}'", "{vendor} key: {value}", "{vendor}_key={value}", "{vendor} = \"{value}\"", "{vendor} {value}", "{VENDOR}_API_KEY={value}", "the {vendor} secret {value} is in the vault", "[INFO] Calling the {vendor} API\n[DEBUG] Using Key={value}\n[INFO] 200 OK", "<id>{vendor}</id>\n<secret>{oc}{vendor} AQAAABAAA {value}{cc}</secret>", "{vendor} credentials\n  key: {value}\n  region: eu", "const {vendor}Client = new Client('{value}');", "{vendor} id='{other}' - secret='{value}'",
)  # fmt: skip
"""A word of the giver and a value without a prefix."""
ASSIGNED: tuple[str, ...] = (
    "api_key = \"{value}\"", "API_TOKEN={value}", "\"clientSecret\": \"{value}\",", "export SESSION_SECRET='{value}'", "  secret_key: {value}", "String apiKey = \"{value}\";", "$apiToken = '{value}';", "let authToken: String = \"{value}\"", "val accessKey = \"{value}\"", "auth_token => '{value}'", "https://api.example.org/v1/items?api_key={value}&page=2", "curl -H 'X-Api-Key: {value}' https://api.example.org", "curl -H \"Authorization: Bearer {value}\" https://api.example.org", "Authorization: token {value}", "set_secret(\"webhook\", token=\"{value}\")", "#define DEVICE_TOKEN \"{value}\"", "<add key=\"ApiKey\" value=\"{value}\" />", "<apiKey>{value}</apiKey>", "--token {value}", "--api-key={value}", "[auth]\ntoken = {value}", "nonce: \"{value}\"", "salt = b'{value}'", "SECRET_KEY_BASE: {value}", "x-auth-token: {value}", "\"access_token\":\"{value}\"", "ENV NPM_TOKEN {value}", "npm config set //registry.example.org/:_authToken={value}", "//registry.example.org/:_authToken={value}", "hmac_key := \"{value}\"", "my $token = '{value}';", "private static final String SECRET = \"{value}\";", "token: process.env.TOKEN || '{value}'", "os.environ['API_KEY'] = '{value}'", "config.api_key = '{value}'", "api-key: '{value}'  # staging", "{oc}key: 'apiToken', value: '{value}'{cc}", "- name: API_TOKEN\n  value: {value}", "Set-Item Env:API_KEY '{value}'", "signing_secret=\"{value}\"",
)  # fmt: skip
PASSWORDS: tuple[str, ...] = (
    "password = \"{password}\"", "DB_PASSWORD={password}", "spring.datasource.password={password}", "\"password\": \"{password}\"", "mysql -u root -p{password} shop", "mysql --user=app --password={password}", "psql \"host=db user=app password={password} dbname=shop\"", "Server=db;Database=shop;User Id=app;Password={password};", "jdbc:postgresql://db:5432/shop?user=app&password={password}", "postgres://app:{password}@db.internal:5432/shop", "redis://:{password}@cache:6379/0", "amqp://app:{password}@queue/vhost", "mongodb+srv://app:{password}@cluster0.example.net/shop", "ftp://app:{password}@files.example.org", "https://deploy:{password}@git.example.org/shop.git", "CREATE USER app WITH PASSWORD '{password}';", "ALTER USER app IDENTIFIED BY '{password}';", "sshpass -p '{password}' ssh app@host", "net use Z: \\\\files\\share /user:app {password}", "<password>{password}</password>", "pwd: {password}", "passwd={password}", "user: app\npass: {password}", "ansible_ssh_pass={password}", "curl -u app:{password} https://api.example.org", "wget --user app --password {password} https://files.example.org", "docker login -u app -p {password} registry.example.org", "echo {password} | sudo -S apt update", "machine api.example.org login app password {password}", "MAIL_PASS='{password}'", "$db_pass = '{password}';", "POSTGRES_PASSWORD: {password}", "keytool -storepass {password} -list", "openssl rsa -passin pass:{password} -in key.pem", "ConvertTo-SecureString \"{password}\" -AsPlainText -Force", "new NetworkCredential(\"app\", \"{password}\")", "The password is {password}", "login with app / {password}", "username: app, password: {password}", "KEYSTORE_PASSWORD=\"{password}\"",
)  # fmt: skip
WITH_PREFIX: tuple[str, ...] = (
    "ghp_{m36}", "github_pat_{m22}_{m59}", "glpat-{m20}", "xoxb-{d12}-{d12}-{m24}", "xapp-1-A{m10}-{d13}-{h64}", "https://hooks.slack.com/services/T{u8}/B{u10}/{m24}", "npm_{m36}", "//registry.npmjs.org/:_authToken=npm_{m36}", "sk-proj-{m48}T3BlbkFJ{m48}", "sk-ant-api03-{m86}-{m6}AA", "SG.{m22}.{m43}", "shpat_{h32}", "shpss_{h32}", "lin_api_{m40}", "ops_eyJ{m120}", "dckr_pat_{m27}", "hf_{l34}", "figd_{m40}", "ntn_{m46}", "secret_{m43}", "dapi{h32}", "dop_v1_{h64}", "hvs.{m90}", "AKIA{u16}", "aws_secret_access_key = {m40}", "AWS_SECRET_ACCESS_KEY={m40}", "AIza{m35}", "ya29.{m60}", "GOCSPX-{m28}", "sk_live_{m24}", "rk_live_{m24}", "whsec_{m32}", "EAAA{m60}", "AC{h32}", "key-{h32}", "pypi-AgEIcHlwaS5vcmc{m80}", "CLOJARS_{l60}", "gsk_{m52}", "r8_{m37}", "pscale_tkn_{m43}", "vercel: vcp_{m56}", "cfut_{m40}", "nfp_{m36}", "sntrys_{m80}", "glsa_{m32}_{h8}", "sgp_{h40}", "PMAK-{h24}-{h34}", "tskey-auth-{m12}CNTRL-{m32}", "pat-na1-{uuid}", "sl.{m130}", "NRAK-{u27}", "dp.pt.{m43}", "AGE-SECRET-KEY-1{u58}", "pul-{h40}", "rubygems_{h48}", "xkeysib-{h64}-{m16}", "sb_secret_{m31}", "eyJhbGciOiJIUzI1NiJ9.eyJ{m40}.{m43}", "AccountKey={m86}==", "client_secret: abc8Q~{m34}", "discord: MTk4NjIyNDgzNDcxOTI1MjQ4.{m6}.{m38}", "bot {d9}:AA{m33}", "sq0csp-{m43}", "PRIVATE-TOKEN: {m20}", "https://{m8}:x-oauth-basic@github.com/a/b", "mapbox sk.eyJ{m60}.{m22}", "AZURE_CLIENT_SECRET={m34}", "private_key_id\": \"{h40}", "xoxe.xoxp-1-{m146}", "v1.0-{h24}-{h146}", "CFPAT-{m43}", "fo1_{m43}", "tfp_{m44}_{m14}", "waka_{uuid}", "ATATT3xFfGF0{m180}", "{m14}.atlasv1.{m67}", "phx_{m43}", "sk-or-v1-{h64}", "xai-{m80}", "pplx-{m48}", "nvapi-{m64}", "lsv2_pt_{h32}_{h10}", "AQ.Ab8RN6{m40}", "tvly-{m32}", "jina_{m60}",
)  # fmt: skip
"""Keys that are known by their own beginning: `m22` are twenty-two letters and digits, `h` hexadecimal, `u` capitals and digits, `l` small letters, `d` digits."""
HONEST: tuple[str, ...] = (
    "api_key = \"YOUR_API_KEY\"", "API_KEY=xxxxxxxxxxxxxxxxxxxxxxxx", "token: <your-token>", "password = os.environ['DB_PASSWORD']", "password: ${oc}DB_PASSWORD{cc}", "api_key: {oc}{oc} vault.api_key {cc}{cc}", "const token = await getToken(user.id);", "self.password = password", "secretKeyRef:\n  name: db\n  key: password", "token_url = \"https://auth.example.org/oauth/token\"", "integrity sha512-{b86}==", "\"resolved\": \"https://registry.example.org/a/-/a-1.0.0.tgz#{h40}\"", "commit {h40}", "sha256:{h64}", "image: app@sha256:{h64}", "trace id {uuid}", "id: {uuid}", "X-Request-Id: {uuid}", "etag: \"{h32}\"", "primary_key = {d8}", "cache_key=\"user:{d6}:profile\"", "public_key = \"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA{b43}\"", "-----BEGIN CERTIFICATE-----\n{b64}\n{b64}\n-----END CERTIFICATE-----", "checksum {h32}  file.tar.gz", "h1:{b43}=", "color: #{h6}", "def reset_password(token: str) -> None:", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "pk_live_{m24}", "sk-...", "sk-your-key-here", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "password must have 12 characters", "the secret is out", "key: value", "tokens used: {d8}", "max_tokens={d4}", "\"next_page_token\": null", "auth: see docs/setup.md", "Password123 is a bad password", "xoxb-your-token", "postgres://user:password@localhost/db", "postgres://app:${oc}PASSWORD{cc}@db/shop", "https://user:pass@example.com", "passwordField.setText(\"\")", "if (password !== confirmPassword) {oc}", "SECRET_KEY = config('SECRET_KEY')", "password: string;", "PASSWORD_HASHERS = [\"django.contrib.auth.hashers.Argon2PasswordHasher\"]", "git rev {h7}", "keyboard layout de-latin1-nodeadkeys", "monkey = \"{l12}\"", "build {d12}", "version = \"{d2}.{d1}.{d2}\"", "token = request.headers.get('Authorization')", "csrf_token()", "<input name=\"password\" type=\"password\">", "Bearer <token>", "Bearer $TOKEN", "arn:aws:secretsmanager:eu-west-1:{d12}:secret:db-{m6}", "GITHUB_TOKEN: ${oc}{oc} secrets.GITHUB_TOKEN {cc}{cc}", "apiKeyHeader = 'X-Api-Key'", "data:image/png;base64,iVBORw0KGgo{b86}", "partition key p{d3}", "foreign key (user_id) references users", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB{b120} app@host", "ok.token.invalid = Der Schlüssel ist ungültig", "segment {d6}", "shodan query port:22", "unsplash photo by Ana", "the disqus thread {d9}", "zendesk ticket {d8}", "strava activity {d11}", "eventbrite event {d13}", "github sha {h40}", "rollbar uuid {uuid}", "mixpanel distinct_id {uuid}", "wistia video {l10}", "tomtom map tile 12/2148/1369", "pagerduty incident Q{u13}",
)  # fmt: skip

_ALPHABETS = {
    "m": _MIXED,
    "h": "0123456789abcdef",
    "u": string.ascii_uppercase + string.digits,
    "l": string.ascii_lowercase,
    "d": string.digits,
    "b": _MIXED + "+/",
}
_SEED = 11
_OF_A_FRAME = 5


def _filled(frame: str, chance: random.Random) -> tuple[str, str]:
    """A text, and the secret in it: of a frame with a prefix all of what begins with it."""
    value = chance.choice(_VALUES)(chance)
    password = chance.choice(_PASSWORD)(chance)
    vendor = chance.choice(_VENDORS)
    known = {"value": value, "password": password, "vendor": vendor, "VENDOR": vendor.upper().replace(".", "_"), "other": chance.choice(_VALUES)(chance), "oc": "{", "cc": "}", "uuid": str(uuid.UUID(int=chance.getrandbits(128)))}  # fmt: skip
    parts = []
    for literal, name, _, _ in string.Formatter().parse(frame):
        parts.append(literal)
        if name is not None:
            parts.append(known[name] if name in known else _of(_ALPHABETS[name[0]], int(name[1:]))(chance))
    return "".join(parts), value if "{value}" in frame else password if "{password}" in frame else ""


def secret_texts() -> dict[str, list[tuple[str, str]]]:
    """By group the texts, each with its secret; where that is empty, any finding is right (`WITH_PREFIX`) or wrong (`HONEST`). The same each time."""
    chance = random.Random(_SEED)
    groups = {
        "keys by a giver's name": BY_VENDOR,
        "keys with a form of their own": WITH_PREFIX,
        "values of settings, code, headers and commands": ASSIGNED,
        "passwords of settings, commands and addresses": PASSWORDS,
        "placeholders, published examples, digests, identifiers, code": HONEST,
    }
    return {
        name: [_filled(frame, chance) for frame in frames for _ in range(_OF_A_FRAME)]
        for name, frames in groups.items()
    }
