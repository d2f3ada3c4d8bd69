"""Addresses that Govern would call are judged when they are proposed, and when an installation begins."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from govern.changes.bootstrap_file import read_bootstrap
from govern.changes.checks import failed, run_checks
from govern.changes.document import DocumentInvalid
from govern.changes.drafts import open_change, propose_retirement, propose_version
from govern.changes.submission import ChecksFailed, submit_change
from govern.enforcement.bodies import GuardPolicyBody
from govern.enforcement.guards.classifier import Classifier
from govern.models import ChangeRequest
from routing.bodies import DeploymentBody
from routing.provider_body import ProviderBody
from tests.cast import person
from tests.govern.changes.changing import body_of
from tests.govern.gateway.installation import document, install

LOOPBACK = "http://127.0.0.1:1/v1"
REFUSED = (
    *(
        "file:///etc/passwd",
        "gopher://x.org",
        "unix:/run/x",
        "https://amy:pw@x.org",
        "https://x.org/#a",
        "https://x.org/\n",
    ),
    *(
        "https://10.0.0.1",
        "http://2130706433",
        "http://[::ffff:127.0.0.1]",
        "http://[fec0::1]",
        "http://db.internal",
        "http://vllm",
    ),
)


@pytest.fixture
def installed(db: None, tmp_path: Path) -> None:
    """An installation whose providers are at private addresses that their deployments allow."""
    install(tmp_path, document(LOOPBACK))


def proposing(*bodies: tuple[str, Any]) -> ChangeRequest:
    """Amy's draft of some bodies."""
    change = open_change(title="Move it", reason="It is time.", by=person("amy"))
    for kind, body in bodies:
        change.refresh_from_db()
        propose_version(change=change, kind=kind, body=body, by=person("amy"), edition=change.edition)
    change.refresh_from_db()
    return change


def said(change: ChangeRequest) -> list[str]:
    return [f"{check.place}: {check.message}" for check in failed(run_checks(change)) if check.code == "address"]


@pytest.mark.parametrize("url", REFUSED)
def test_a_provider_that_may_not_be_called_is_not_submitted(installed: None, url: str) -> None:
    change = proposing(("provider", ProviderBody(name="new", kind="openai", base_url=url)))
    (sentence,) = said(change)
    assert sentence.startswith("provider/new.base_url: ")
    with pytest.raises(ChecksFailed):
        submit_change(change=change, by=person("amy"), edition=change.edition)


def test_a_private_address_is_fine_where_a_deployment_allows_it(installed: None) -> None:
    provider = ("provider", ProviderBody(name="new", kind="openai", base_url="http://10.0.0.1/v1"))
    deployed = DeploymentBody(model="echo", provider="new", upstream_model="x", allow_private_address=True)
    assert said(proposing(provider, ("deployment", deployed))) == []
    assert said(proposing(("provider", body_of("provider", "simulated", region="us")))) == []


def test_the_permission_is_not_taken_away_from_below_a_provider(installed: None) -> None:
    deployment = body_of("deployment", "unreachable@nowhere", allow_private_address=False)
    (sentence,) = said(proposing(("deployment", deployment)))
    assert "Allow a private address on a deployment of it" in sentence
    change = proposing()
    propose_retirement(
        change=change, kind="deployment", name="unreachable@nowhere", by=person("amy"), edition=change.edition
    )
    assert said(change)[0].startswith("provider/nowhere.base_url: is not public")


def test_a_metadata_service_is_refused_even_so(installed: None) -> None:
    provider = ("provider", ProviderBody(name="new", kind="openai", base_url="http://169.254.169.254/v1"))
    deployed = DeploymentBody(model="echo", provider="new", upstream_model="x", allow_private_address=True)
    (sentence,) = said(proposing(provider, ("deployment", deployed)))
    assert "metadata service" in sentence


@pytest.mark.parametrize("url", REFUSED)
def test_a_classifier_is_judged_like_a_provider(installed: None, url: str) -> None:
    (sentence,) = said(proposing(("guard_policy", GuardPolicyBody(name="new", guards=(Classifier(url=url),)))))
    assert sentence.startswith("guard_policy/new.guards[0].url: ")


@pytest.mark.parametrize(
    "guard",
    [
        Classifier(url="https://classifier.example.com/predict?model=a"),
        Classifier(url="http://classifier:8080/predict", allow_private_address=True),
    ],
)
def test_a_classifier_at_an_address_that_may_be_called(installed: None, guard: Classifier) -> None:
    assert said(proposing(("guard_policy", GuardPolicyBody(name="new", guards=(guard,))))) == []


@pytest.mark.parametrize("url", REFUSED)
def test_an_installation_does_not_begin_with_one(tmp_path: Path, url: str) -> None:
    path = tmp_path / "bootstrap.yaml"
    values = document(LOOPBACK)
    values["providers"].append({"name": "new", "kind": "openai", "base_url": url})
    path.write_text(yaml.safe_dump(values, sort_keys=False))
    with pytest.raises(DocumentInvalid) as caught:
        read_bootstrap(path)
    (problem,) = caught.value.problems
    assert problem.place == "providers[2].base_url"
    assert problem.line > 1
