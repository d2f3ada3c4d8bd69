"""What is agreed with a provider, in words."""

from django.utils.translation import gettext as _

from audit.presentation.typesetting import composed
from govern.admin.sentences.sentence import Sentence, listing, strong
from routing.provider_contract import Contract


def contract(body: Contract) -> list[Sentence]:
    """A sentence for each fact that is known, and for each that is missing and that somebody will ask for."""
    return [_agreement(body), _retention(body), *_others(body)]


def _agreement(body: Contract) -> Sentence:
    if not body.agreement:
        return Sentence(_("No data processing agreement is written down."), "contract", "warn", about="agreement")
    text = composed(_("Data processing agreement: {agreement}."), agreement=strong(body.agreement))
    fine = (composed(_("Agreed on {day}."), day=body.agreed_on),) if body.agreed_on else ()
    return Sentence(text, "contract", "ok", fine, "agreement")


def _retention(body: Contract) -> Sentence:
    if not body.zero_retention:
        return Sentence(
            _("No promise is written down that it keeps nothing of prompts and answers."),
            "inventory_2",
            "warn",
            about="zero_retention",
        )
    text = _("By contract it keeps nothing of prompts and answers.")
    fine = (composed(_("Evidence: {where}"), where=body.zero_retention_evidence),)
    return Sentence(text, "inventory_2", "ok", fine, "zero_retention")


def _others(body: Contract) -> list[Sentence]:
    said = []
    if body.regions:
        text = composed(_("By contract it processes data in {regions} only."), regions=listing(body.regions))
        said.append(Sentence(text, "location_on", "ok", about="contract_regions"))
    if body.soc2_report_on:
        text = composed(_("Its last SOC 2 report is of {day}."), day=strong(body.soc2_report_on))
        said.append(Sentence(text, "verified", about="soc2"))
    if body.exit_plan:
        said.append(Sentence(composed(_("Exit plan: {plan}"), plan=body.exit_plan), "logout", about="exit_plan"))
    else:
        said.append(Sentence(_("There is no exit plan."), "logout", "warn", about="exit_plan"))
    if body.ends_on:
        text = composed(_("The contract ends on {day}."), day=strong(body.ends_on))
        said.append(Sentence(text, "event", about="ends_on"))
    return said
