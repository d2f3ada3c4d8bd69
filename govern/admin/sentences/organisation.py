"""Teams, applications, budgets and approval rules in words."""

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from audit.presentation.typesetting import composed
from audit.presentation.values import setting_label
from govern.admin.sentences.sentence import Sentence, dollars, listing, plain, strong
from govern.changes.notifications.spending import levels_of
from govern.identity.role_words import role_label
from govern.models import ChangeRequest
from govern.policy.bodies import ApplicationBody, ApprovalRuleBody, BudgetBody, BudgetScope, EndUsers, TeamBody

PERIODS: dict[str, str | Promise] = {
    "day": gettext_lazy("a day"),
    "week": gettext_lazy("a week"),
    "month": gettext_lazy("a month"),
    "quarter": gettext_lazy("a quarter"),
    "year": gettext_lazy("a year"),
    "total": gettext_lazy("in all"),
}


def team(body: TeamBody) -> list[Sentence]:
    """What a team is."""
    text = body.description or _("A team without a description.")
    return [Sentence(text, "groups"), *_tags(body.tags)]


def application(body: ApplicationBody) -> list[Sentence]:
    """Whose an application is, where it runs, and what it may call."""
    said = [
        Sentence(
            composed(
                _("Belongs to the team {team}, runs in {environment} and handles {data} data."),
                team=strong(body.team),
                environment=strong(setting_label(body.environment).lower()),
                data=strong(setting_label(body.data_class).lower()),
            ),
            "apps",
            fine=(body.description,) if body.description else (),
        ),
    ]
    if body.models:
        said.append(
            Sentence(
                composed(_("May call {models} and nothing else."), models=listing(body.models)),
                "neurology",
                "ok",
                about="models",
            )
        )
    else:
        said.append(Sentence(_("May name every model of the catalogue."), "neurology", "info", about="models"))
    if body.use_case:
        serves = composed(_("Serves the use case {use_case}."), use_case=strong(body.use_case))
        said.append(Sentence(serves, "assignment", "ok", about="use_case"))
    return [*said, *_end_users(body.end_users), *_tags(body.tags)]


def _end_users(rules: EndUsers) -> list[Sentence]:
    """How the people behind its calls are known; nothing where nobody said anything about them."""
    said = []
    if rules.issuer:
        text = _("Believes tokens about its end users that {issuer} signed for {audience}.")
        said.append(
            Sentence(
                composed(text, issuer=strong(rules.issuer), audience=strong(rules.audience)),
                "badge",
                "ok",
                about="end_users",
            )
        )
    if rules.record == "plain":
        said.append(
            Sentence(_("The trail names its end users as they are called."), "person", "warn", about="end_users")
        )
    return said


def _tags(tags: Sequence[str]) -> list[Sentence]:
    return (
        [Sentence(composed(_("Is tagged {tags}; policies may select it by that."), tags=listing(tags)), "sell")]
        if tags
        else []
    )


def budget(body: BudgetBody) -> list[Sentence]:
    """Who may spend how much, and what happens then."""
    allowance = composed(
        pgettext("budget", "{whom} may spend {limit} {period}."),
        whom=scope_words(body.scope),
        limit=strong(dollars(body.limit_usd)),
        period=PERIODS[body.period],
    )
    if body.action == "block":
        end = Sentence(
            _("A call whose highest possible cost does not fit is refused before it is sent."),
            "block",
            "bad",
            about="action",
        )
    else:
        end = Sentence(
            _("Nothing is refused when it is spent; people are told."), "notifications", "warn", about="action"
        )
    each = (
        [
            Sentence(
                _(
                    "The limit is each verified end user's own. Everybody who is not verified shares one account with that limit."
                ),
                "badge",
                about="limit",
            )
        ]
        if body.per_end_user
        else []
    )
    levels = levels_of(body)
    alerts = listing(f"{level:.0%}" for level in levels)
    told = (
        [
            Sentence(
                composed(_("Compliance officers and its application owners are told at {levels}."), levels=alerts),
                "notifications",
            )
        ]
        if levels
        else []
    )
    return [Sentence(allowance, "savings", "ok", about="limit"), *each, end, *told]


def scope_words(scope: BudgetScope) -> str:
    """Whom a budget covers, to begin a sentence with."""
    words = (
        (_("the team {name}"), scope.team),
        (_("the application {name}"), scope.application),
        (_("the key {name}"), scope.key),
        (_("the model {name}"), scope.model),
    )
    said = [composed(text, name=strong(name)) for text, name in words if name]
    if not said:
        return _("The whole organisation")
    return composed(_("Calls of {whom}"), whom=composed(" · ".join(["{}"] * len(said)), *said))


def approval_rule(body: ApprovalRuleBody) -> list[Sentence]:
    """Who must approve what."""
    kinds = strong(_("anything")) if "*" in body.kinds else listing((plain(kind) for kind in body.kinds), last=_("or"))
    people = ngettext("{n} person of {groups} approves", "{n} people of {groups} approve", body.quorum)
    text = composed(
        _("A change of {kinds} at {risk} risk waits until {people}."),
        kinds=kinds,
        risk=listing((str(ChangeRequest.Risk(risk).label).lower() for risk in body.risk), last=_("or")),
        people=composed(
            people, n=strong(body.quorum), groups=listing((role_label(g) for g in body.groups), last=_("or"))
        ),
    )
    return [
        Sentence(text, "how_to_reg", "ok"),
        Sentence(_("Whoever asked for a change, or wrote any of it, does not count."), "person_off"),
    ]
