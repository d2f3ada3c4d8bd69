"""Policy as a file: out of one installation, into another, and back as a change request."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from govern.changes.bootstrap_file import read_bootstrap
from govern.changes.exporting import policy_document
from govern.changes.genesis import bootstrap_installation
from govern.changes.stops import stop_traffic
from govern.models import ChangeRequest, ChangeState, Revision
from tests.cast import person
from tests.govern.changes.changing import applied

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("installation")]


def run(*arguments: str) -> str:
    said = StringIO()
    call_command(*arguments, stdout=said, stderr=said)
    return said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_another_installation_set_up_from_an_export_has_the_same_hash(tmp_path: Path) -> None:
    applied()
    stop_traffic(target="model", of="gpt-5.4", reason="It is slow.", by=person("olive"))
    revision = Revision.objects.latest("number")
    file = tmp_path / "policy.yaml"
    run("policy_export", str(file))
    text = file.read_text()
    assert "gk-test" not in text
    assert "sk-sample" not in text

    call_command("flush", verbosity=0, interactive=False)
    assert not Revision.objects.exists()
    again, _keys = bootstrap_installation(bootstrap=read_bootstrap(file))
    assert again.sha256 == revision.sha256


def test_an_earlier_revision_can_be_exported() -> None:
    applied()
    assert "2500.00" in run("policy_export", "--revision", "1") or "2500.00" in policy_document(
        Revision.objects.get(number=1)
    )
    with pytest.raises(CommandError, match="the newest is 2"):
        run("policy_export", "--revision", "9")


def test_an_unchanged_export_proposes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "policy.yaml"
    run("policy_export", str(file))
    assert "already" in run("policy_propose", str(file), "--dry-run", "--prune")
    with pytest.raises(CommandError, match="nothing to propose"):
        run("policy_propose", str(file), "--as", "amy")


def test_a_file_with_one_object_opens_a_change_with_the_difference(tmp_path: Path) -> None:
    file = tmp_path / "budget.yaml"
    file.write_text('budgets:\n- {name: intern-bot, scope: {application: intern-bot}, limit_usd: "7.00"}\n')
    said = run("policy_propose", str(file), "--as", "amy", "--reason", "More interns.", "--submit")
    assert "limit_usd: 5.00 → 7.00" in said
    change = ChangeRequest.objects.get()
    assert (change.state, change.risk, change.requested_by_name) == (ChangeState.IN_REVIEW, "high", "amy")
    assert str(change) in said


def test_pruning_retires_what_a_section_leaves_out(tmp_path: Path) -> None:
    file = tmp_path / "budget.yaml"
    file.write_text('budgets:\n- {name: organisation, limit_usd: "2500.00"}\n')
    run("policy_propose", str(file), "--as", "amy", "--prune")
    retired = ChangeRequest.objects.get().items.filter(action="retire")
    assert {item.object_name for item in retired} == {"payments-monthly", "research-weekly", "intern-bot"}


def test_a_wrong_file_is_refused_with_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "budget.yaml"
    file.write_text("budgets:\n- {name: b, scope: {team: paymets}, limit_usd: 1}\n")
    with pytest.raises(CommandError, match="line 2"):
        run("policy_propose", str(file), "--as", "amy")
    assert not ChangeRequest.objects.exists()


@pytest.mark.parametrize(("who", "said"), [("nobody", "no person nobody"), ("dan", "may not propose")])
def test_only_who_may_propose_proposes(tmp_path: Path, who: str, said: str) -> None:
    file = tmp_path / "budget.yaml"
    file.write_text('budgets:\n- {name: organisation, limit_usd: "1.00"}\n')
    with pytest.raises(CommandError, match=said):
        run("policy_propose", str(file), "--as", who)
