from django.db import models
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """What somebody often asks of the list of calls, under a name of their own. Nobody else sees it."""

    owner = models.TextField(help_text=_("The user name of the person whose view it is."))
    name = models.CharField(max_length=60)
    query = models.TextField(help_text=_("The filters, as the address of the list has them."))

    class Meta:
        db_table = "audit_saved_view"
        constraints = (models.UniqueConstraint(fields=("owner", "name"), name="audit_saved_view_name_once"),)

    def __str__(self) -> str:
        return self.name
