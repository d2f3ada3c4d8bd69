"""Who is behind a call: believed from a signed token or a trusted proxy, claimed otherwise, and never mixed up."""

import base64
import json
import re
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from audit.selectors.search import Wanted, search_calls
from audit.trail.call_record import is_readable
from audit.trail.end_users import IN_THE_TRAIL, IS_KNOWN, end_user_mark, end_user_marks
from govern.api.endpoints import ENDPOINTS, FAMILIES
from govern.asgi import django
from govern.gateway.callers.end_users import LONGEST_TOKEN, EndUser
from govern.gateway.doors.asgi_door import Router
from govern.gateway.process.runtime import Gateway
from tests.govern.gateway.installation import HELPDESK, RISK_ENGINE, conninfo, document, install, rows, trail, with_orm
from tests.govern.identity.issuer import KEY, Issuer
from tests.provider_simulator import ProviderSimulator

BODY = {"model": "echo", "messages": [{"role": "user", "content": "Hello there"}], "max_tokens": 20}
TOKEN = "x-govern-end-user-token"
CHAT = "/v1/chat/completions"
VERIFIED_ONLY = [
    {
        "name": "people",
        "scope": {"applications": ["risk-engine"]},
        "guards": [
            {
                "guard": "rule",
                "on": ["input"],
                "when": '!end_user.verified || !("staff" in end_user.groups)',
                "action": "block",
                "message": "Sign in first.",
            }
        ],
    }
]


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    running = Issuer()
    running.claims = {"aud": "risk", "groups": ["staff"], "dept": "research"}
    yield running
    running.close()


@pytest.fixture
def installed(
    transactional_db: None,
    simulator: ProviderSimulator,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    issuer: Issuer,
    settings: Any,
) -> None:
    """Two applications with an audience each; the test's own address is that of a proxy where the settings say so."""
    settings.GOVERN_END_USER_PROXIES = ("10.7.0.0/24",)
    rules = {"issuer": issuer.url, "group_claim": "groups", "other_claims": ["dept"]}
    applications = [
        {
            "name": "risk-engine",
            "team": "payments",
            "keys": [{"name": "main", "secret": RISK_ENGINE}],
            "end_users": {**rules, "audience": "risk", "record": "plain"},
        },
        {
            "name": "helpdesk",
            "team": "support",
            "keys": [{"name": "main", "secret": HELPDESK}],
            "end_users": {**rules, "audience": "desk"},
        },
    ]
    changes = {"applications": applications, **(getattr(request, "param", None) or {})}
    install(tmp_path, document(simulator.url, **changes))


@pytest.fixture
async def proxied(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    """A client at the address of a trusted proxy."""
    transport = httpx.ASGITransport(app=Router(ENDPOINTS, FAMILIES, django), client=("10.7.0.9", 40_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=20) as opened:
        yield opened


def headers(key: str = RISK_ENGINE, **more: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}", **{name.replace("_", "-"): value for name, value in more.items()}}


async def recorded() -> Any:
    """What the last event says of who was behind it."""
    return (await trail())[-1]["body"].get("end_user")


async def test_a_signed_token_is_believed(client: httpx.AsyncClient, issuer: Issuer) -> None:
    answer = await client.post(CHAT, json={**BODY, "user": "mallory"}, headers={**headers(), TOKEN: issuer.token()})
    assert answer.status_code == 200, answer.text
    assert await recorded() == {"id": "0b5e", "verified": True, "by": "token", "issuer": issuer.url}


async def test_without_one_whatever_is_said_is_claimed(client: httpx.AsyncClient) -> None:
    for said in ({"user": "jane"}, {"safety_identifier": "jane"}, {"metadata": {"user_id": "jane"}}):
        await client.post(CHAT, json={**BODY, **said}, headers=headers())
        assert await recorded() == {"id": "jane", "verified": False, "by": "claimed"}
    message = {**BODY, "metadata": {"user_id": "jane"}}
    await client.post("/v1/messages", json=message, headers=headers())
    assert await recorded() == {"id": "jane", "verified": False, "by": "claimed"}
    await client.post(CHAT, json=BODY, headers=headers(x_openwebui_user_id="jane"))
    assert await recorded() == {"id": "jane", "verified": False, "by": "claimed"}
    await client.post(CHAT, json=BODY, headers=headers())
    assert await recorded() is None


async def test_the_trail_has_a_mark_unless_policy_keeps_names(client: httpx.AsyncClient) -> None:
    await client.post(CHAT, json={**BODY, "user": "jane@example.com"}, headers=headers(HELPDESK))
    said = await recorded()
    assert said["id"] == end_user_mark("jane@example.com")
    assert "jane" not in json.dumps([event["body"] for event in await trail()])
    await client.post(CHAT, json={**BODY, "user": "jane@example.com"}, headers=headers())
    found = await rows(
        f"SELECT application FROM audit_event WHERE type = 'call.outcome' AND {IN_THE_TRAIL} = ANY(ARRAY['{end_user_marks('jane@example.com')[0]}',"
        f" '{end_user_marks('jane@example.com')[1]}'])"
    )
    assert {row["application"] for row in found} == {"helpdesk", "risk-engine"}


async def test_a_trusted_proxy_is_believed_and_nobody_else(
    client: httpx.AsyncClient, proxied: httpx.AsyncClient
) -> None:
    assert (await proxied.post(CHAT, json=BODY, headers=headers(x_govern_end_user="jane"))).status_code == 200
    assert await recorded() == {"id": "jane", "verified": True, "by": "proxy"}
    spoofed = headers(
        x_govern_end_user="jane", x_forwarded_for="10.7.0.9", forwarded="for=10.7.0.9", x_real_ip="10.7.0.9"
    )
    await client.post(CHAT, json=BODY, headers=spoofed)
    assert await recorded() == {"id": "jane", "verified": False, "by": "claimed"}


async def test_two_headers_of_a_proxy_are_none(proxied: httpx.AsyncClient) -> None:
    for sent in (
        [("x-govern-end-user", "mallory"), ("x-govern-end-user", "jane")],
        [("X-Govern-End-User", "mallory"), ("x-govern-end-user", "jane")],
        [("x-govern-end-user", "mallory,jane")],
        [("x-govern-end-user", "j" * 256)],
        [("x-govern-end-user", b"\xff\xfe")],
    ):
        answer = await proxied.post(CHAT, json=BODY, headers=[*headers().items(), *sent])  # type: ignore[list-item]
        assert answer.status_code == 400, answer.text
        assert "must come once" in answer.json()["error"]["message"]


def with_head(issuer: Issuer, head: dict[str, Any]) -> str:
    """A good token under another head."""
    _head, body, signature = issuer.token().split(".")
    return f"{base64.urlsafe_b64encode(json.dumps(head).encode()).decode().rstrip('=')}.{body}.{signature}"


def unsigned(issuer: Issuer) -> str:
    return with_head(issuer, {"alg": "none", "typ": "JWT"}).rpartition(".")[0] + "."


def by_the_public_key(issuer: Issuer) -> str:
    """HMAC with the public key as its secret, which careless verifiers take."""
    import hashlib
    import hmac

    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = issuer.token().split(".")[1]
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT","kid":"one"}').decode().rstrip("=")
    mac = hmac.new(public, f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


OTHER = generate_private_key(SECP256R1())
MINE = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(OTHER.public_key()))
FORGED = {
    "nothing": lambda issuer: "",
    "nonsense": lambda issuer: "a.b.c",
    "unsigned": unsigned,
    "HMAC with the public key": by_the_public_key,
    "another key": lambda issuer: issuer.token(key=OTHER),
    "a key of its own": lambda issuer: issuer.token(key=OTHER, headers={"jwk": MINE}),
    "keys elsewhere": lambda issuer: issuer.token(key=OTHER, headers={"jku": f"{issuer.url}/mine", "kid": "two"}),
    "a certificate elsewhere": lambda issuer: issuer.token(key=OTHER, headers={"x5u": f"{issuer.url}/mine"}),
    "a kid that is a path": lambda issuer: issuer.token(key=OTHER, headers={"kid": "../../dev/null"}),
    "a kid that is no text": lambda issuer: with_head(issuer, {"alg": "ES256", "typ": "JWT", "kid": 1}),
    "a kid that is a list": lambda issuer: with_head(issuer, {"alg": "ES256", "typ": "JWT", "kid": ["one"]}),
    "critical headers": lambda issuer: issuer.token(headers={"crit": ["b64"], "b64": False}),
    "for another application": lambda issuer: issuer.token(aud="desk"),
    "for nobody": lambda issuer: issuer.token(aud=None),
    "of another issuer": lambda issuer: issuer.token(iss="https://elsewhere.example"),
    "expired": lambda issuer: issuer.token(exp=int(time.time()) - 60),
    "for ever": lambda issuer: issuer.token(exp=None),
    "of tomorrow": lambda issuer: issuer.token(iat=int(time.time()) + 86_400),
    "not yet": lambda issuer: issuer.token(nbf=int(time.time()) + 86_400),
    "times that are none": lambda issuer: issuer.token(iat=True),
    "nobody": lambda issuer: issuer.token(sub=None),
    "an empty name": lambda issuer: issuer.token(sub=""),
    "a number": lambda issuer: issuer.token(sub=5),
    "huge": lambda issuer: issuer.token(more="x" * LONGEST_TOKEN),
}


@pytest.mark.parametrize("name", FORGED)
async def test_what_should_verify_somebody_and_does_not_is_refused_in_words(
    client: httpx.AsyncClient, issuer: Issuer, simulator: ProviderSimulator, name: str
) -> None:
    token = FORGED[name](issuer)
    answer = await client.post(CHAT, json=BODY, headers={**headers(), TOKEN: token})
    assert answer.status_code == 401, answer.text
    error = answer.json()["error"]
    assert (error["code"], error["param"]) == ("invalid_end_user", TOKEN)
    assert simulator.requests == []
    last = (await trail())[-1]
    assert (last["type"], last["code"]) == ("call.rejected", "invalid_end_user")
    assert token == "" or token not in json.dumps(last["body"])
    assert not any("mine" in path for path in issuer.requests)


async def test_every_door_refuses_in_its_own_words(client: httpx.AsyncClient, issuer: Issuer) -> None:
    sent = {**headers(), TOKEN: issuer.token(aud="desk")}
    message = (await client.post("/v1/messages", json=BODY, headers=sent)).json()
    assert (message["type"], message["error"]["type"]) == ("error", "authentication_error")
    google = {"contents": [{"role": "user", "parts": [{"text": "Hello"}]}]}
    answer = await client.post("/v1beta/models/echo:generateContent", json=google, headers=sent)
    assert answer.json()["error"]["status"] == "UNAUTHENTICATED"
    embedded = await client.post("/v1/embeddings", json={"model": "echo", "input": "Hello"}, headers=sent)
    assert embedded.json()["error"]["code"] == "invalid_end_user"


async def test_a_token_that_was_sent_twice_is_none(proxied: httpx.AsyncClient, issuer: Issuer) -> None:
    sent = [*headers().items(), (TOKEN, issuer.token()), (TOKEN, issuer.token(sub="other"))]
    assert (await proxied.post(CHAT, json=BODY, headers=sent)).status_code == 401


async def test_a_token_counts_for_its_own_application_alone(client: httpx.AsyncClient, issuer: Issuer) -> None:
    token = issuer.token()
    for key, status in ((RISK_ENGINE, 200), (HELPDESK, 401), (RISK_ENGINE, 200)):
        answer = await client.post(CHAT, json=BODY, headers={**headers(key), TOKEN: token})
        assert answer.status_code == status, "it may not be taken from memory for another application"


async def test_a_token_that_is_known_still_expires(client: httpx.AsyncClient, issuer: Issuer, gateway: Gateway) -> None:
    token = issuer.token(exp=int(time.time()) + 1)
    sent = {**headers(), TOKEN: token}
    assert (await client.post(CHAT, json=BODY, headers=sent)).status_code == 200
    ((_, until),) = gateway.end_users._known.values()
    assert until <= time.time() + 1


@pytest.mark.parametrize("installed", [{"applications": document("http://127.0.0.1:9")["applications"]}], indirect=True)
async def test_an_application_without_an_issuer_takes_no_tokens(client: httpx.AsyncClient, issuer: Issuer) -> None:
    answer = await client.post(CHAT, json=BODY, headers={**headers(), TOKEN: issuer.token()})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, TOKEN)
    assert "issuer" in answer.json()["error"]["message"]


async def test_unknown_keys_make_the_issuer_be_asked_again_but_not_by_every_call(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    assert (await client.post(CHAT, json=BODY, headers={**headers(), TOKEN: issuer.token()})).status_code == 200
    asked = len(issuer.requests)
    for number in range(10):
        token = issuer.token(key=OTHER, headers={"kid": f"guess {number}"})
        assert (await client.post(CHAT, json=BODY, headers={**headers(), TOKEN: token})).status_code == 401
    assert len(issuer.requests) - asked <= 2


async def test_an_issuer_that_is_down_is_said_and_nothing_is_sent(
    client: httpx.AsyncClient, issuer: Issuer, gateway: Gateway, simulator: ProviderSimulator
) -> None:
    issuer.answers["/keys"] = {"keys": "none"}
    from govern.identity.issuer_keys import issuer_keys

    issuer_keys(issuer.url)._read_at = float("-inf")
    answer = await client.post(CHAT, json=BODY, headers={**headers(), TOKEN: issuer.token()})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "end_user_unavailable")
    assert answer.headers["retry-after"] == "5"
    assert simulator.requests == []


@pytest.mark.parametrize("installed", [{"guard_policies": VERIFIED_ONLY}], indirect=True)
async def test_a_policy_can_ask_for_somebody_verified_and_their_group(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    for sent, body in (
        (headers(), {**BODY, "user": "jane"}),
        (headers(x_govern_end_user="jane"), BODY),
        ({**headers(), TOKEN: issuer.token(groups=["guests"])}, BODY),
        ({**headers(), TOKEN: issuer.token(groups={"staff": True})}, BODY),
    ):
        refused = await client.post(CHAT, json=body, headers=sent)
        assert refused.status_code == 403, refused.text
        assert refused.json()["error"]["message"].startswith("Blocked by policy: Sign in first.")
    assert (await client.post(CHAT, json=BODY, headers={**headers(), TOKEN: issuer.token()})).status_code == 200


CLAIM = 'end_user.verified && has(end_user.claims.dept) && end_user.claims.dept == "research" && end_user.id == "0b5e"'


@pytest.mark.parametrize(
    "installed",
    [
        {
            "routing_policies": [
                {
                    "name": "r",
                    "rules": [
                        {"name": "lab", "when": CLAIM, "candidates": ["leaky"]},
                        {"name": "rest", "candidates": ["echo"]},
                    ],
                }
            ]
        }
    ],
    indirect=True,
)
async def test_routes_can_ask_for_a_claim(client: httpx.AsyncClient, issuer: Issuer) -> None:
    body = {**BODY, "model": "auto"}
    answer = await client.post(CHAT, json=body, headers={**headers(), TOKEN: issuer.token()})
    assert answer.headers["x-govern-route"] == "r/lab"
    answer = await client.post(CHAT, json={**body, "user": "0b5e"}, headers=headers())
    assert answer.headers["x-govern-route"] == "r/rest"


@pytest.mark.parametrize(
    "installed",
    [{"budgets": [{"name": "each", "period": "total", "limit_usd": "0.0003", "per_end_user": True}]}],
    indirect=True,
)
async def test_a_budget_for_each_end_user_is_not_escaped_by_claiming_another_name(
    client: httpx.AsyncClient, issuer: Issuer
) -> None:
    async def spend(sent: dict[str, str], **said: str) -> int:
        """Calls until the money is gone."""
        for number in range(40):
            answer = await client.post(CHAT, json={**BODY, **said}, headers=sent)
            if answer.status_code == 429:
                assert "budget each" in answer.json()["error"]["message"]
                return number
        raise AssertionError("never refused")

    of_jane = await spend({**headers(), TOKEN: issuer.token(sub="jane")})
    assert of_jane > 0
    assert await spend({**headers(), TOKEN: issuer.token(sub="jane")}) == 0, "a fresh token is the same person"
    assert await spend({**headers(), TOKEN: issuer.token(sub="june")}) == of_jane
    claimed = await spend(headers(), user="one")
    assert claimed > 0
    assert await spend(headers(), user="another") == 0
    assert await spend(headers(x_govern_end_user="jane")) == 0
    accounts = await rows("SELECT * FROM govern_budgetaccount")
    assert len(accounts) == 3
    assert all(account["settled_nano_usd"] <= 300_000 and not account["reserved_nano_usd"] for account in accounts)


async def test_the_page_of_a_call_says_whose_word_it_is(client: httpx.AsyncClient, issuer: Issuer) -> None:
    await client.post(CHAT, json=BODY, headers={**headers(), TOKEN: issuer.token()})
    await client.post(CHAT, json={**BODY, "user": "jane"}, headers=headers())
    bodies = [event["body"] for event in await trail() if event["type"] == "call.outcome"]
    assert [body["end_user"]["by"] for body in bodies] == ["token", "claimed"]
    assert all(is_readable(body) for body in bodies)


async def test_the_calls_of_somebody_are_found_by_id_and_by_mark(client: httpx.AsyncClient, issuer: Issuer) -> None:
    await client.post(CHAT, json={**BODY, "user": "jane"}, headers=headers())
    await client.post(CHAT, json={**BODY, "user": "jane"}, headers=headers(HELPDESK))
    await client.post(CHAT, json={**BODY, "user": "june"}, headers=headers())
    await client.post(CHAT, json=BODY, headers=headers())

    def found(**wanted: str) -> list[str | None]:
        return sorted(str(call.application) for call in search_calls(Wanted(**wanted), within=None).rows)  # type: ignore[arg-type]

    assert await with_orm(lambda: found(person="jane")) == ["helpdesk", "risk-engine"]
    assert await with_orm(lambda: found(person=end_user_mark("jane"))) == ["helpdesk"]
    assert await with_orm(lambda: found(person="jane", key="main", application="helpdesk")) == ["helpdesk"]
    assert await with_orm(lambda: found(person="jan")) == []
    assert await with_orm(lambda: found(key="other")) == []


async def test_searching_for_an_end_user_reads_an_index(gateway: Gateway) -> None:
    async with await psycopg.AsyncConnection.connect(conninfo()) as opened:
        await opened.execute("SET LOCAL enable_seqscan = off")
        cursor = await opened.execute(
            f"EXPLAIN SELECT seq FROM audit_event WHERE type = 'call.outcome' AND {IS_KNOWN} AND {IN_THE_TRAIL} IN ('a', 'b')"
        )
        plan = "\n".join(row[0] for row in await cursor.fetchall())
    assert re.search(r"Index Cond: .*'id'", plan), plan


@pytest.mark.parametrize(
    "installed",
    [
        {
            "budgets": [
                {"name": "each", "period": "total", "limit_usd": "1", "per_end_user": True},
                {"name": "all", "limit_usd": "9"},
            ]
        }
    ],
    indirect=True,
)
async def test_whose_an_account_is_is_told_as_the_application_wants_names_kept(
    client: httpx.AsyncClient, issuer: Issuer, gateway: Gateway
) -> None:
    for _ in range(2):
        await client.post(CHAT, json=BODY, headers={**headers(), TOKEN: issuer.token(sub="jane")})
    await client.post(CHAT, json=BODY, headers={**headers(HELPDESK), TOKEN: issuer.token(sub="june", aud="desk")})
    await client.post(CHAT, json={**BODY, "user": "mallory"}, headers=headers())
    assert await rows("SELECT * FROM govern_enduseraccount") == []
    await gateway.account_users.write()
    await client.post(CHAT, json=BODY, headers={**headers(), TOKEN: issuer.token(sub="jane")})
    assert gateway.account_users._waiting == {}
    told = await rows(
        "SELECT u.who, u.by, u.issuer, b.name, a.settled_nano_usd > 0 AS spent FROM govern_enduseraccount u "
        "JOIN govern_budget b ON b.id = u.budget_id JOIN govern_budgetaccount a ON a.budget_id = u.account_id"
    )
    assert {row["who"] for row in told} == {"jane", end_user_mark("june")}
    assert {(row["by"], row["issuer"], row["name"], row["spent"]) for row in told} == {
        ("token", issuer.url, "each", True)
    }


async def test_one_name_of_two_vouchers_is_two_people() -> None:
    budget = uuid.uuid4()
    by_token, by_other = (EndUser("jane", "token", f"https://{host}.example") for host in ("one", "two"))
    people = [by_token, by_other, EndUser("jane", "proxy"), EndUser("Jane", "proxy"), EndUser("jane", "claimed")]
    accounts = [who.account(budget) for who in people]
    assert len(set(accounts)) == 5
    assert accounts[-1] == budget
