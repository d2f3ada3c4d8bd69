"""Keys of many givers by their form or their name, and what looks like them and opens nothing: placeholders, published examples, public keys."""

from __future__ import annotations

import random
import string

import pytest

from tests.enforcement.test_secrets_of_commands import secrets_in

CHANCE = random.Random(20261128)
HEX, LOWER, UPPER = "0123456789abcdef", string.ascii_lowercase + string.digits, string.ascii_uppercase + string.digits


def drawn(length: int, of: str = string.ascii_letters + string.digits) -> str:
    return "".join(CHANCE.choice(of) for _ in range(length))


BY_FORM = {
    "Adobe": f"p8e-{drawn(32, HEX)}",
    "age": f"AGE-SECRET-KEY-1{drawn(58, UPPER)}",
    "Airtable": f"pat{drawn(14)}.{drawn(64, HEX)}",
    "Atlassian": f"ATATT3{drawn(186)}",
    "Authress": f"sc_{drawn(10, LOWER)}.{drawn(5, LOWER)}.acc-{drawn(12, LOWER)}.{drawn(60)}=",
    "AWS Bedrock": f"ABSK{drawn(110)}==",
    "Azure AD": f"{drawn(3)}8Q~{drawn(34)}",
    "Buildkite": f"bkua_{drawn(40, HEX)}",
    "Clojars": f"CLOJARS_{drawn(60, LOWER)}",
    "Databricks": f"dapi{drawn(32, HEX)}",
    "Doppler": f"dp.pt.{drawn(43)}",
    "Duffel": f"duffel_test_{drawn(43)}",
    "Dynatrace": f"dt0c01.{drawn(24, UPPER)}.{drawn(64, UPPER)}",
    "Figma": f"figd_{drawn(40)}",
    "Frame.io": f"fio-u-{drawn(64)}",
    "GitHub": f"github_pat_{drawn(22)}_{drawn(59)}",
    "GitLab": f"glptt-{drawn(40, HEX)}",
    "Grafana": f"glsa_{drawn(32)}_{drawn(8, HEX)}",
    "Grafana before": f"eyJrIjoi{drawn(80)}",
    "Infracost": f"ico-{drawn(32)}",
    "Linear": f"lin_api_{drawn(40)}",
    "Lob": f"live_{drawn(35, HEX)}",
    "New Relic": f"NRAK-{drawn(27, UPPER)}",
    "Notion": f"ntn_{drawn(11, string.digits)}{drawn(35)}",
    "OpenShift": f"sha256~{drawn(43)}",
    "PlanetScale": f"pscale_tkn_{drawn(43)}",
    "Postman": f"PMAK-{drawn(24, HEX)}-{drawn(34, HEX)}",
    "Prefect": f"pnu_{drawn(36, LOWER)}",
    "Pulumi": f"pul-{drawn(40, HEX)}",
    "ReadMe": f"rdme_{drawn(70, LOWER)}",
    "Sentry": f"sntryu_{drawn(64, HEX)}",
    "Shippo": f"shippo_live_{drawn(40, HEX)}",
    "Sourcegraph": f"sgp_{drawn(16, HEX)}_{drawn(40, HEX)}",
    "Square": f"sq0csp-{drawn(43)}",
    "Tailscale": f"tskey-auth-{drawn(12)}-{drawn(30)}",
    "Terraform": f"{drawn(14)}.atlasv1.{drawn(67)}",
    "Twitter": f"{'A' * 22}{drawn(80)}",
    "Vault": f"hvb.{drawn(140)}",
}
BY_NAME = {
    "Azure DevOps": ('AZURE_DEVOPS_PAT="{}"', drawn(52, LOWER)),
    "Bittrex": ('bittrex_secret_key = "{}"', drawn(32, LOWER)),
    "Codecov": ("CODECOV_TOKEN={}", drawn(32, LOWER)),
    "Etsy": ("etsy_api_key: {}", drawn(24, LOWER)),
    "Mailchimp": ('mailchimp_key = "{}"', f"{drawn(32, HEX)}-us20"),
    "Okta": ('okta_token = "{}"', f"00{drawn(40)}"),
    "Redis": ("redis-cli -h cache.example -a {} ping", drawn(20)),
    "Redis alone": ("redis-cli -a '{}' info", drawn(20)),
    "WordPress": ("define('AUTH_KEY', '{}');", drawn(64)),
}
NO_SECRETS = [
    "ghp_" + "x" * 36,
    "sk-" + "x" * 24,
    "SG." + "x" * 22 + "." + "x" * 43,
    "AKIA" + "X" * 16,
    "npm_" + "0" * 36,
    "live_" + "0" * 35,
    "A" * 120,
    "xoxb-not-a-real-token",
    "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX",
    "PAT=<your-token>",
    "AZURE_DEVOPS_PAT=${{ secrets.PAT }}",
    "glob_pat = '**/*_2026_summary_v2.parquet'",
    "redis-cli -a $REDISCLI_AUTH ping",
    "redis-cli -h cache.example -p 6379 monitor",
    "postgres://user:password@localhost/db",
    "mysql://root:root@localhost:3306/test",
    "AWS_SECRET_ACCESS_KEY=<redacted>",
    "client_secret: REPLACE_ME",
    "password: ********",
    f"pk_live_{drawn(24)}",
    "UA-12345678-1",
    f"integrity sha512-{drawn(86)}==",
    f"-----BEGIN PUBLIC KEY-----\n{drawn(64)}\n-----END PUBLIC KEY-----",
    "const token = await getToken()",
    "Authorization: Bearer <token>",
    "x-api-key: {api_key}",
    "token_count = 12345678901234567890",
    "live_view, test_case_2 and test_0123456789",
]


@pytest.mark.parametrize("giver", sorted(BY_FORM))
@pytest.mark.parametrize("frame", ["{}", "use {} for it", "KEY={}"])
def test_a_key_is_known_by_its_form(giver: str, frame: str) -> None:
    assert set(secrets_in(frame.format(BY_FORM[giver]))) == {BY_FORM[giver]}


@pytest.mark.parametrize("giver", sorted(BY_NAME))
def test_a_key_is_known_by_what_stands_before_it(giver: str) -> None:
    frame, value = BY_NAME[giver]
    assert set(secrets_in(frame.format(value))) == {value}


@pytest.mark.parametrize("text", NO_SECRETS)
def test_what_opens_nothing_is_let_through(text: str) -> None:
    assert secrets_in(text) == []
