"""Applications in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.organisation import application
from govern.policy.bodies import ApplicationBody

show(
    Face(
        kind="application",
        tell=application,
        menu=Menu("organisation", 20, _("Applications"), own=True),
        words={
            "environment": Words(_("Environment")),
            "data_class": Words(_("Data class"), _("How sensitive the data are that it sends. Rules can ask for it.")),
            "models": Words(_("Models it may name"), _("None given: every model of the catalogue.")),
            "use_case": Words(
                _("Use case"),
                _("What it is for, as registered. A guard policy can ask for one before a key is issued."),
            ),
            "end_users": Words(
                _("End users"),
                _(
                    "How the people behind its calls are known. What nobody signed, and no trusted proxy says, is recorded as claimed."
                ),
            ),
            "issuer": Words(
                _("Issuer of tokens"), _("The https address of an OpenID Connect issuer. Empty: no tokens are taken.")
            ),
            "audience": Words(
                _("Audience of tokens"),
                _("What “aud” must name. Give every application its own: a token for one is none at another."),
            ),
            "claim": Words(_("Who it is"), _("The claim of the token that says so, such as sub.")),
            "group_claim": Words(_("Groups"), _("The claim that lists them, for conditions. Empty: none is read.")),
            "other_claims": Words(_("Other claims"), _("More that conditions may read, one a line.")),
            "record": Words(_("How the trail names them")),
        },
        choices={
            "environment.development": _("Development"),
            "environment.test": _("Test"),
            "environment.staging": _("Staging"),
            "environment.production": _("Production"),
            "data_class.public": _("Public"),
            "data_class.internal": _("Internal"),
            "data_class.confidential": _("Confidential"),
            "data_class.restricted": _("Restricted"),
            "record.digest": _("By a keyed digest"),
            "record.plain": _("As they are called"),
        },
        known={
            (ApplicationBody, "team"): "team",
            (ApplicationBody, "models"): "catalog_model",
            (ApplicationBody, "tags"): "tag",
            (ApplicationBody, "use_case"): "use_case",
        },
        long=((ApplicationBody, "description"),),
    )
)
