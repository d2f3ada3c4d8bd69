from django.db import models
from django.utils.translation import gettext_lazy as _

from audit.models.fields import TransactionIdField


class Checkpoint(models.Model):
    """A signed state of the trail; see `audit.sealing`. Written once by the sealer."""

    number = models.BigIntegerField(primary_key=True)
    first = models.BigIntegerField(help_text=_("Events that were sealed before."))
    size = models.BigIntegerField(db_index=True, help_text=_("Events that are sealed with it."))
    at = models.DateTimeField(help_text=_("When it was sealed."))
    root = models.BinaryField(help_text=_("The tree's root over all of them."))
    seq_from = models.BigIntegerField()
    xid_from = TransactionIdField(editable=False)
    xid_to = TransactionIdField(editable=False, db_index=True)
    last_seq = models.BigIntegerField(help_text=_("The highest number of an event that is sealed."))
    leaves = models.BinaryField(help_text=_("For each event that it adds its number in 8 bytes and its leaf's hash."))
    frontier = models.BinaryField(help_text=_("The roots of the tree's complete subtrees."))
    note = models.TextField(help_text=_("The signed note."))
    key_id = models.TextField(help_text=_("The key that signed it."))

    class Meta:
        db_table = "audit_checkpoint"
        ordering = ("-number",)
        default_permissions = ("view",)
        permissions = [
            ("make_evidence", _("Can make evidence packs")),
            ("verify_trail", _("Can have the trail verified")),
        ]
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")

    def __str__(self) -> str:
        return str(self.number)


class TreeNode(models.Model):
    """An inner node of the tree, kept at every eighth height so that proofs read little."""

    pk = models.CompositePrimaryKey("height", "position")
    height = models.SmallIntegerField()
    position = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_tree_node"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.height}/{self.position}"
