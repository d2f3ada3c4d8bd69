"""How the people behind an application's calls are known: what a body may say, what changing it weighs, and what conditions read."""

import msgspec
import pytest

from govern.changes.addresses import check_addresses
from govern.changes.document import Document
from govern.changes.kinds import KINDS
from govern.policy.bodies import ApplicationBody, BudgetBody, EndUsers
from govern.policy.conditions import ConditionInvalid, compile_condition
from govern.policy.end_user_facts import NOBODY

BELIEVED = {"issuer": "https://login.example.com", "audience": "desk"}


def body(**end_users: object) -> ApplicationBody:
    return msgspec.convert({"name": "desk", "team": "support", "end_users": end_users}, ApplicationBody)


def test_nothing_said_means_no_tokens_and_digests() -> None:
    assert msgspec.convert({"name": "desk", "team": "support"}, ApplicationBody).end_users == EndUsers()
    assert EndUsers().record == "digest"


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "https://login.example.com"},
        {"audience": "desk"},
        {**BELIEVED, "issuer": "http://login.example.com"},
        {**BELIEVED, "issuer": "https://login.example.com/"},
        {**BELIEVED, "issuer": "https://login.example.com?x=1"},
        {**BELIEVED, "issuer": "https://a@login.example.com"},
        {**BELIEVED, "issuer": "https://login.example.com:99999"},
        {**BELIEVED, "issuer": "https:///x"},
        {**BELIEVED, "issuer": "file:///etc/passwd"},
        {**BELIEVED, "record": "both"},
        {**BELIEVED, "claim": ""},
        {**BELIEVED, "issuers": []},
    ],
)
def test_a_body_that_nobody_could_act_on_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        body(**wrong)


def test_a_metadata_service_is_no_issuer() -> None:
    document = Document({}, {}, [])
    wrong = body(**{**BELIEVED, "issuer": "https://169.254.169.254"})
    check_addresses(
        document, {("application", "desk"): ("here", wrong)}, {"deployment": {}, "provider": {}, "application": {}}
    )
    assert [problem.place for problem in document.problems] == ["here.end_users.issuer"]


def test_whose_word_counts_is_weighed() -> None:
    def risks(before: ApplicationBody, after: ApplicationBody) -> list[str]:
        return [reason.level for reason in KINDS["application"].risk(before, after)]

    assert risks(body(), body(**BELIEVED)) == ["high"]
    assert risks(body(**BELIEVED), body(**{**BELIEVED, "audience": "all"})) == ["high"]
    assert risks(body(**BELIEVED), body()) == ["medium"]
    assert risks(body(), body(record="plain")) == ["high"]
    assert risks(body(record="plain"), body()) == ["low"]


def test_a_limit_for_each_is_more_than_one_for_all() -> None:
    one = BudgetBody(name="b", limit_usd="1")
    each = BudgetBody(name="b", limit_usd="1", per_end_user=True)
    assert [reason.level for reason in KINDS["budget"].risk(one, each)] == ["high"]
    assert [reason.level for reason in KINDS["budget"].risk(each, one)] == ["low"]


@pytest.mark.parametrize(
    "text", ["end_user.verifed", "end_user.id", 'end_user == "x"', "end_user.groups", "end_users.verified"]
)
def test_conditions_with_wrong_names_or_types_are_refused(text: str) -> None:
    with pytest.raises(ConditionInvalid):
        compile_condition(text)


def test_a_condition_knows_which_facts_of_the_end_user_it_reads() -> None:
    found = compile_condition('end_user.verified && "staff" in end_user . groups && task != "end_user.id"')
    assert found.names == {"end_user.verified", "end_user.groups", "task"}
    assert found({**NOBODY, "task": "chat"}) is False
