from django.db import models
from django.db.models.functions import Now

from audit.models.violation import Severity


class RecentSighting(models.Model):
    """That a violation was seen in a call, while it counts for containment: written with the call, forgotten some days later.

    The trail keeps what was seen; this only says how often that was within the last minutes.
    """

    violation_id = models.UUIDField()
    call_id = models.UUIDField()
    application = models.TextField()
    severity = models.TextField(choices=Severity.choices)
    at = models.DateTimeField(db_default=Now())
    revision = models.IntegerField(null=True)

    class Meta:
        db_table = "audit_recent_sighting"
        default_permissions = ()
        indexes = (
            models.Index("application", "at", name="audit_recent_sighting_of"),
            models.Index("at", name="audit_recent_sighting_at"),
        )

    def __str__(self) -> str:
        return str(self.violation_id)
