"""Teams in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.sentences.organisation import team
from govern.policy.bodies import TeamBody

show(
    Face(
        kind="team",
        tell=team,
        menu=Menu("organisation", 10, _("Teams")),
        words={},
        known={
            (TeamBody, "tags"): "tag",
        },
        long=((TeamBody, "description"),),
    )
)
