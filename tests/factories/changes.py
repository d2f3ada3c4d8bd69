"""Change requests in every state that an officer meets, over the sample installation."""

from datetime import timedelta
from typing import Any

import msgspec
from allauth.mfa.models import Authenticator
from django.utils import timezone

from govern.changes.access_campaigns import start_campaign
from govern.changes.applying import apply_change
from govern.changes.detection.corpus import CASES
from govern.changes.detection.running import run_detection
from govern.changes.drafts import open_change, propose_retirement, propose_version
from govern.changes.emergencies import break_glass
from govern.changes.reviewing import comment_on_change, review_change
from govern.changes.stops import stop_traffic
from govern.changes.submission import reopen_change, submit_change
from govern.identity.second_factor import SecondFactor
from govern.models import GOVERNED, ChangeRequest, Person
from govern.policy.bodies import BODIES
from tests.cast import person
from tests.second_factor import fresh_factor


def fresh(name: str) -> SecondFactor:
    """What one of the cast has who has just given a code of their app."""
    return fresh_factor(person(name))


def body_of(kind: str, name: str, **fields: Any) -> Any:
    """What is in force of an object, with some fields changed."""
    plain = msgspec.to_builtins(GOVERNED[kind].objects.get(name=name).body)
    return msgspec.convert({**plain, **fields}, BODIES[kind])


def new_body(kind: str, **fields: Any) -> Any:
    """A body of these fields."""
    return msgspec.convert(fields, BODIES[kind])


def propose(title: str, reason: str, *bodies: tuple[str, Any], by: Person | None = None) -> ChangeRequest:
    """A draft with these proposed versions, Amy's unless said otherwise; a name in place of a body retires it."""
    author = by or person("amy")
    change = open_change(title=title, reason=reason, by=author)
    for kind, body in bodies:
        if isinstance(body, str):
            propose_retirement(change=change, kind=kind, name=body, by=author, edition=change.edition)
        else:
            propose_version(change=change, kind=kind, body=body, by=author, edition=change.edition)
    return change


def submit(change: ChangeRequest) -> ChangeRequest:
    """Puts a draft in review."""
    return submit_change(change=change, by=change.requested_by, edition=change.edition)


def review(change: ChangeRequest, name: str, verdict: str = "approve", reason: str = "") -> ChangeRequest:
    """What one of the cast says about a change as it is now."""
    return review_change(
        change=change,
        by=person(name),
        verdict=verdict,
        digest=change.content_digest,
        second_factor=fresh(name),
        reason=reason,
    )


def apply(change: ChangeRequest) -> ChangeRequest:
    """Puts a change in force that Ben and Cara approve."""
    for name in ("ben", "cara"):
        if change.state == "in_review":
            change = review(change, name)
    return apply_change(change=change, by=person("ben"), second_factor=fresh("ben"))


def looser_baseline(**fields: Any) -> Any:
    """The baseline that redacts fewer kinds of personal data, and later calls something an injection."""
    guards = [
        {"guard": "prompt_injection", "on": ["input"], "block_at": 0.95, "flag_at": 0.5},
        {"guard": "pii", "on": ["output"], "types": ["credit_card", "iban"], "action": "redact", "redaction": "mask"},
        {"guard": "secrets", "on": ["input", "output"], "action": "block"},
    ]
    return body_of("guard_policy", "baseline", guards=guards, **fields)


def fill_changes() -> None:
    """Changes in every state: what is in force moves only through them."""
    for name in ("amy", "ben", "cara", "dan", "olive"):
        person(name)
    _in_force()
    start_campaign(
        title="Q4",
        due_at=timezone.now() + timedelta(days=14),
        roles=["approver"],
        by=person("olive"),
    )
    run_detection(by="olive", cases=CASES[:1])
    _in_review()
    _decided()
    _drafts()
    Authenticator.objects.all().delete()  # the cast sign in with a password alone, unless a test sets more up


def _in_force() -> None:
    until = (timezone.now() + timedelta(days=30)).isoformat()
    exemption = new_body(
        "exemption", name="filings-addresses", guard_policy="baseline", guard="pii",
        scope={"applications": ["filings-reader"]}, reason="Filings print the addresses of investor relations.", expires_at=until,
    )  # fmt: skip
    apply(
        submit(
            propose(
                "Let filings show their addresses", "They are public in the filing itself.", ("exemption", exemption)
            )
        )
    )
    roles = new_body("membership", name="dan", groups=["auditor"])
    apply(submit(propose("Dan audits", "The yearly audit begins on Monday.", ("membership", roles))))
    stop_traffic(target="application", of="intern-bot", reason="It sends the same call in a loop.", by=person("olive"))


def _in_review() -> None:
    baseline = submit(
        propose(
            "Mask card numbers and IBANs, and leave addresses alone",
            "Support answers were full of stars where customers had asked for our own address.\n"
            "Investor relations and the help desk both confirmed that e-mail addresses of ours are public.",
            ("guard_policy", looser_baseline()),
        )
    )
    review(baseline, "ben", reason="Right for answers. I looked at the last week.")
    comment_on_change(change=baseline, by=person("cara"), text="Do we still flag addresses of customers?")
    submit(
        propose(
            "A longer context for the help desk, and its own budget",
            "Conversations are cut too early.",
            (
                "budget",
                new_body("budget", name="helpdesk-monthly", scope={"application": "helpdesk"}, limit_usd="300.00"),
            ),
            ("application", body_of("application", "helpdesk", data_class="confidential")),
        )
    )
    ready = submit(
        propose(
            "Less for research",
            "The quarter is over.",
            ("budget", body_of("budget", "research-weekly", limit_usd="80.00")),
        )
    )
    for name in ("ben", "cara"):
        ready = review(ready, name)
    broken = propose(
        "Answer the outage of a provider",
        "Calls to it fail; the others must take them.",
        ("deployment", body_of("deployment", "gpt-5.4@openai", weight=1)),
        by=person("olive"),
    )
    break_glass(
        change=broken, incident="INC-2041", lapses_at=timezone.now() + timedelta(hours=4), by=person("olive"),
        edition=broken.edition, second_factor=fresh("olive"),
    )  # fmt: skip


def _decided() -> None:
    raised = submit(
        propose(
            "More for everybody",
            "It ran out twice.",
            ("budget", body_of("budget", "organisation", limit_usd="9000.00")),
        )
    )
    review(raised, "cara", "reject", "Nobody has shown what it was spent on.")
    sent_back = submit(propose("Retire the tone policy", "It only observes.", ("guard_policy", "support-tone")))
    review(sent_back, "ben", "request_changes", "Say what replaces it.")


def _drafts() -> None:
    stale = submit(
        propose(
            "A stricter limit for the intern's bot",
            "It was never meant to grow.",
            ("budget", body_of("budget", "intern-bot", limit_usd="6.00")),
        )
    )
    review(stale, "cara", reason="Fine with me.")
    stale = reopen_change(change=stale, by=person("amy"))
    propose_version(
        change=stale,
        kind="budget",
        body=body_of("budget", "intern-bot", limit_usd="7.00"),
        by=person("amy"),
        edition=stale.edition,
    )
    propose(
        "Another model for reports",
        "",
        ("routing_policy", body_of("routing_policy", "default", when='team == "research"')),
    )
