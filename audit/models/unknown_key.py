"""Requests whose key nobody knows, counted by where they came from."""

from django.db import models

OTHERS = ""
"""Stands for every address that is not counted by itself."""


class UnknownKeyUse(models.Model):
    """How often requests with an unknown key came from one address in one hour: for people, not evidence. Nothing of a key is kept.

    Told by gateways about once a minute (`govern/gateway/callers/unknown_keys.py`), and forgotten after a month.
    """

    pk = models.CompositePrimaryKey("hour", "address", "door")
    hour = models.DateTimeField(help_text="Its first moment.")
    address = models.CharField(max_length=64)
    door = models.CharField(max_length=32, help_text="Whose format the request was in.")
    requests = models.BigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        db_table = "audit_unknown_key"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H} {self.address}: {self.requests}"
