"""Retention in words."""

from django.utils.translation import gettext_lazy as _

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.keeping import retention

show(
    Face(
        kind="retention",
        tell=retention,
        menu=Menu("policy", 61, _("Retention")),
        words={
            "trail_days": Words(_("Days of the trail"), _("At least 184. A month goes as a whole.")),
            "redacted_days": Words(_("Days of masked prompts and answers"), _("At most as long as the trail.")),
            "full_days": Words(_("Days of whole prompts and answers"), _("At most as long as the trail.")),
        },
    )
)
