"""Exemptions, stops and role assignments in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.presentation.amounts import moment
from audit.presentation.typesetting import composed
from govern.admin.sentences.guards import scope_words
from govern.admin.sentences.sentence import Sentence, bit, strong
from govern.identity.groups import APPROVING, OWNER
from govern.identity.role_words import role_label
from govern.policy.bodies import ExemptionBody, MembershipBody, StopBody

_STOPPED: dict[str, str | Promise] = {
    "application": gettext_lazy("Calls of the application {name} are refused."),
    "model": gettext_lazy("Nothing is sent to the model {name}."),
    "provider": gettext_lazy("Nothing is sent to the provider {name}."),
}


def exemption(body: ExemptionBody) -> list[Sentence]:
    """Which guard does not look at whose calls, until when and why."""
    text = composed(
        _("The guard {guard} of {policy} is not asked."), guard=bit(body.guard), policy=strong(body.guard_policy)
    )
    return [
        Sentence(text, "shield_question", "warn"),
        Sentence(scope_words(body.scope), "target"),
        Sentence(composed(_("Ends by itself on {day}."), day=strong(moment(body.expires_at))), "event_busy", "ok"),
        Sentence(composed(_("Because: {reason}"), reason=body.reason), "format_quote"),
    ]


def membership(body: MembershipBody) -> list[Sentence]:
    """Which roles a person holds, one sentence each, so that a difference names the role."""
    confirms = [_confirmation(body)] if body.sign_in_code else []
    if not body.groups:
        none = Sentence(composed(_("{person} holds no role."), person=strong(body.name)), "person_off", "calm")
        return [none, *confirms]
    return (
        [
            Sentence(
                composed(_("{person} is {role}."), person=strong(body.name), role=strong(role_label(group))),
                "how_to_reg" if group in APPROVING else "badge",
                "warn" if group in APPROVING else "info",
                (_("May approve what others propose."),) if group in APPROVING else (),
            )
            for group in body.groups
        ]
        + _ownership(body)
        + confirms
    )


def _ownership(body: MembershipBody) -> list[Sentence]:
    if OWNER not in body.groups:
        return []
    owned = [composed(_("all applications of the team {team}"), team=strong(name)) for name in body.teams]
    owned += [strong(name) for name in body.applications]
    if not owned:
        return [
            Sentence(_("Owns nothing yet, and so sees nothing: name teams or applications."), "visibility_off", "warn")
        ]
    said = _("Owns {what}: sees their calls, cases, budgets and keys, and issues and revokes keys of them.")
    return [Sentence(composed(said, what=what), "apps") for what in owned]


def _confirmation(body: MembershipBody) -> Sentence:
    text = composed(
        _("Confirms that nobody but {person} signs in as {person}: sign-in code {code}."),
        person=strong(body.name),
        code=strong(body.sign_in_code),
    )
    return Sentence(text, "fingerprint", "warn", (_("Approve only if they read this very code to you."),))


def stop(body: StopBody) -> list[Sentence]:
    """What is turned off, and why."""
    if body.target == "everything":
        text: str = _("Every call is refused.")
    else:
        text = composed(str(_STOPPED[body.target]), name=strong(body.of))
    said = [Sentence(text, "front_hand", "bad")]
    if body.rule is not None:
        said.append(
            Sentence(composed(_("The containment rule {rule} stopped it."), rule=strong(body.rule)), "shield_lock")
        )
    if body.until is not None:
        ends = composed(_("Ends by itself on {day}."), day=strong(moment(body.until)))
        said.append(Sentence(ends, "timer", "ok"))
    return [*said, Sentence(composed(_("Because: {reason}"), reason=body.reason), "format_quote")]
