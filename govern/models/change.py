"""Change requests, what others said about them, and how it went. What they propose is in `proposal.py`.

The database keeps the promises: `govern/guarantees/steps.sql` refuses a review by its author, an edit after submission, a state
that was skipped, and every way into force but `govern_apply_change`.
"""

import uuid
from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from govern.models.person import Person
from govern.models.revision import Revision


class ChangeState(models.TextChoices):
    """Where a change request stands."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    APPROVED = "approved", _("Approved")
    SCHEDULED = "scheduled", _("Scheduled")
    APPLIED = "applied", _("Applied")
    EMERGENCY = "emergency", _("In force, not ratified")
    REVERTED = "reverted", _("Reverted")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


TRANSITIONS: Mapping[ChangeState, frozenset[ChangeState]] = {
    ChangeState.DRAFT: frozenset({ChangeState.IN_REVIEW, ChangeState.WITHDRAWN, ChangeState.EMERGENCY}),
    ChangeState.IN_REVIEW: frozenset(
        {
            ChangeState.APPROVED,
            ChangeState.CHANGES_REQUESTED,
            ChangeState.REJECTED,
            ChangeState.WITHDRAWN,
            ChangeState.EXPIRED,
            ChangeState.DRAFT,
        }
    ),
    ChangeState.CHANGES_REQUESTED: frozenset({ChangeState.DRAFT, ChangeState.WITHDRAWN, ChangeState.IN_REVIEW}),
    ChangeState.APPROVED: frozenset(
        {
            ChangeState.SCHEDULED,
            ChangeState.APPLIED,
            ChangeState.WITHDRAWN,
            ChangeState.EXPIRED,
            ChangeState.DRAFT,
            ChangeState.CHANGES_REQUESTED,
            ChangeState.REJECTED,
        }
    ),
    ChangeState.SCHEDULED: frozenset(
        {
            ChangeState.APPLIED,
            ChangeState.WITHDRAWN,
            ChangeState.EXPIRED,
            ChangeState.DRAFT,
            ChangeState.CHANGES_REQUESTED,
            ChangeState.REJECTED,
        }
    ),
    ChangeState.EMERGENCY: frozenset({ChangeState.APPLIED, ChangeState.REVERTED}),
}
"""State → states that may follow. What is missing here ends a change request."""

OPEN = frozenset(TRANSITIONS)
"""States in which something may still happen."""
EDITABLE = frozenset({ChangeState.DRAFT, ChangeState.CHANGES_REQUESTED})


class ChangeRequestQuerySet(models.QuerySet["ChangeRequest"]):
    """Named lists of change requests."""

    def open(self) -> "ChangeRequestQuerySet":
        """What may still come into force, or must still be settled."""
        return self.filter(state__in=OPEN)

    def awaiting(self, person: Person) -> "ChangeRequestQuerySet":
        """In review, or in force unratified; not this person's own work, and not yet reviewed by them as it is now."""
        reviewed = Review.objects.filter(
            change=models.OuterRef("pk"), reviewer=person, digest=models.OuterRef("content_digest")
        )
        return (
            self.filter(state__in=(ChangeState.IN_REVIEW, ChangeState.EMERGENCY))
            .exclude(requested_by=person)
            .exclude(authors__person=person)
            .exclude(models.Exists(reviewed))
        )

    def by(self, person: Person) -> "ChangeRequestQuerySet":
        """What a person requested or worked on."""
        return self.filter(Q(requested_by=person) | Q(authors__person=person)).distinct()

    def ready(self) -> "ChangeRequestQuerySet":
        """Approved, and only to be put in force."""
        return self.filter(state__in=(ChangeState.APPROVED, ChangeState.SCHEDULED))


class ChangeRequest(models.Model):
    """A set of proposed versions that comes into force whole or not at all."""

    class Risk(models.TextChoices):
        """How much harm a mistake could do; computed from the difference."""

        LOW = "low", _("Low")
        MEDIUM = "medium", _("Medium")
        HIGH = "high", _("High")
        CRITICAL = "critical", _("Critical")

    class Mode(models.TextChoices):
        """Whether it waits for approval, or acts first and is judged afterwards."""

        NORMAL = "normal", _("Normal")
        EMERGENCY = "emergency", _("Break-glass")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(_("number"), unique=True)
    title = models.CharField(_("title"), max_length=200)
    reason = models.TextField(
        _("reason"), help_text=_("Why this is right, for whoever approves it and whoever audits it.")
    )
    state = models.CharField(_("state"), max_length=20, choices=ChangeState, default=ChangeState.DRAFT)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.NORMAL)
    incident = models.CharField(_("incident"), max_length=120, blank=True)
    lapses_at = models.DateTimeField(_("lapses"), null=True, blank=True)
    risk = models.CharField(_("risk"), max_length=10, choices=Risk, blank=True)
    assessment = models.JSONField(
        _("assessment"),
        default=dict,
        help_text=_("Why the risk is what it is, and what the checks said when it was submitted."),
    )
    edition = models.PositiveIntegerField(_("edition"), default=1, help_text=_("Grows with each edit."))
    requested_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("requested by"))
    requested_by_name = models.CharField(_("requested by"), max_length=150)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    content_digest = models.CharField(_("digest"), max_length=64, blank=True)
    submission_proof = models.CharField(max_length=64, blank=True)
    effective_at = models.DateTimeField(_("effective from"), null=True, blank=True)
    approve_by = models.DateTimeField(_("approve by"), null=True)
    apply_by = models.DateTimeField(_("apply by"), null=True)
    rolls_back = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="rollbacks", verbose_name=_("rolls back")
    )
    applied_at = models.DateTimeField(_("applied"), null=True)
    applied_by_name = models.CharField(_("applied by"), max_length=150, blank=True)
    revision = models.OneToOneField(
        Revision, on_delete=models.PROTECT, null=True, related_name="change", verbose_name=_("revision")
    )

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("change request")
        verbose_name_plural = _("change requests")
        ordering = ("-number",)
        permissions = [
            ("propose_change", _("Can propose changes")),
            ("review_change", _("Can approve, reject and comment on changes")),
            ("apply_change", _("Can put approved changes in force")),
            ("stop_traffic", _("Can stop traffic at once")),
            ("break_glass", _("Can put a change in force before it is approved")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=("applied", "emergency", "reverted"))
                | Q(revision__isnull=False, applied_at__isnull=False),
                name="applied_with_revision",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("draft", "withdrawn", "changes_requested")) | ~Q(content_digest=""),
                name="submitted_with_digest",
            ),
            models.CheckConstraint(
                condition=Q(mode="normal", lapses_at__isnull=True) | (Q(mode="emergency") & ~Q(incident="")),
                name="emergency_with_incident",
            ),
            models.CheckConstraint(
                condition=Q(effective_at__isnull=True) | Q(apply_by__isnull=True) | Q(apply_by__gt=F("effective_at")),
                name="effective_before_apply_by",
            ),
        ]
        indexes = [models.Index(fields=["state", "-number"], name="change_by_state")]

    def __str__(self) -> str:
        return f"CR-{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether something may still happen."""
        return self.state in OPEN

    @property
    def is_editable(self) -> bool:
        """Whether its items may be edited as they are; what is in review must go back to a draft first."""
        return self.state in EDITABLE


class Review(models.Model):
    """What somebody said about one submission of a change request. Written once, each proven to follow the one before."""

    class Verdict(models.TextChoices):
        """What the reviewer wants."""

        APPROVE = "approve", _("Approves")
        REQUEST_CHANGES = "request_changes", _("Requests changes")
        REJECT = "reject", _("Rejects")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    change = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name=_("reviewer"))
    reviewer_name = models.CharField(_("reviewer"), max_length=150)
    groups = models.CharField(_("roles"), max_length=300)
    verdict = models.CharField(_("verdict"), max_length=20, choices=Verdict)
    reason = models.TextField(_("reason"), blank=True)
    digest = models.CharField(_("digest"), max_length=64)
    risk = models.CharField(_("risk"), max_length=10)
    second_factor = models.CharField(
        _("second factor"), max_length=200, help_text=_("How the reviewer proved who they are.")
    )
    place = models.PositiveIntegerField(
        _("place"), help_text="1 for the first review of the change, then one more each."
    )
    proof = models.CharField(max_length=64)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ("change", "place")
        constraints = [models.UniqueConstraint(fields=["change", "place"], name="one_review_in_a_place")]

    def __str__(self) -> str:
        return f"{self.reviewer_name} {self.verdict} {self.change}"


class ChangeComment(models.Model):
    """A remark on a change request."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    change = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    author_name = models.CharField(_("author"), max_length=150)
    text = models.TextField(_("comment"), max_length=4000)
    created_at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("comment on a change")
        verbose_name_plural = _("comments on changes")
        ordering = ("created_at",)

    def __str__(self) -> str:
        return f"{self.author_name}: {self.change}"


class ChangeTransition(models.Model):
    """One step of a change request. Written by the database itself whenever the state changes."""

    change = models.ForeignKey(ChangeRequest, on_delete=models.PROTECT, related_name="transitions")
    before = models.CharField(_("from"), max_length=20, blank=True)
    after = models.CharField(_("to"), max_length=20)
    actor = models.CharField(_("by"), max_length=150, blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("step of a change")
        verbose_name_plural = _("steps of changes")
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.change}: {self.before} → {self.after}"
