from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Severity(models.TextChoices):
    LOW = "low", _("Low")
    MEDIUM = "medium", _("Medium")
    HIGH = "high", _("High")
    CRITICAL = "critical", _("Critical")

    @property
    def order(self) -> int:
        """0 for the least grave."""
        return list(Severity).index(self)


class State(models.TextChoices):
    NEW = "new", _("New")
    TRIAGED = "triaged", _("Triaged")
    INVESTIGATING = "investigating", _("Investigating")
    CONTAINED = "contained", _("Contained")
    RESOLVED = "resolved", _("Resolved")
    FALSE_POSITIVE = "false_positive", _("False positive")
    ACCEPTED_RISK = "accepted_risk", _("Accepted risk")

    @property
    def is_open(self) -> bool:
        return self in OPEN_STATES


OPEN_STATES = (State.NEW, State.TRIAGED, State.INVESTIGATING, State.CONTAINED)
_CLOSED_STATES = (State.RESOLVED, State.FALSE_POSITIVE, State.ACCEPTED_RISK)

TRANSITIONS: dict[State, tuple[State, ...]] = {
    State.NEW: (State.TRIAGED, State.INVESTIGATING, *_CLOSED_STATES),
    State.TRIAGED: (State.INVESTIGATING, State.CONTAINED, *_CLOSED_STATES),
    State.INVESTIGATING: (State.TRIAGED, State.CONTAINED, *_CLOSED_STATES),
    State.CONTAINED: (State.INVESTIGATING, *_CLOSED_STATES),
    State.RESOLVED: (State.INVESTIGATING,),
    State.FALSE_POSITIVE: (State.INVESTIGATING,),
    State.ACCEPTED_RISK: (State.INVESTIGATING,),
}
"""What may follow a state. A closed case is taken up again by investigating it."""


GRAVEST_FIRST = models.Case(
    *(models.When(severity=severity, then=models.Value(rank)) for rank, severity in enumerate(reversed(Severity))),
    output_field=models.IntegerField(),
)
"""By how grave a case is: 0 for the gravest."""


class ViolationQuerySet(models.QuerySet["Violation"]):
    """Named filters of the violations queue."""

    def open(self) -> "ViolationQuerySet":
        return self.filter(state__in=OPEN_STATES)

    def closed(self) -> "ViolationQuerySet":
        return self.exclude(state__in=OPEN_STATES)

    def within(self, applications: frozenset[str] | None) -> "ViolationQuerySet":
        """Of these applications; None for all."""
        return self if applications is None else self.filter(application__in=applications)

    def unassigned(self) -> "ViolationQuerySet":
        return self.filter(assignee="")

    def waiting_for(self, name: str) -> "ViolationQuerySet":
        """Of a person, or of nobody yet."""
        return self.filter(assignee__in=("", name))

    def overdue(self) -> "ViolationQuerySet":
        return self.open().filter(due_at__lt=timezone.now())


class Violation(models.Model):
    """A case: what a guard saw of one application under one rule on one day, and how people work it.

    The trail opens it and counts its sightings (`audit.trail.sightings`), which are evidence and stay; people move
    `state` and `assignee` through `audit.services.violations`.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    application = models.TextField()
    team = models.TextField()
    guard = models.TextField()
    rule = models.TextField()
    revision = models.IntegerField(null=True, help_text=_("The policy revision of the last sighting."))
    severity = models.TextField(choices=Severity.choices)
    state = models.TextField(choices=State.choices, default=State.NEW)
    count = models.IntegerField(help_text=_("Calls in which it was seen."))
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    first_call_id = models.UUIDField()
    last_call_id = models.UUIDField()
    assignee = models.TextField(blank=True, default="")
    due_at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True, blank=True)

    objects = ViolationQuerySet.as_manager()

    class Meta:
        db_table = "audit_violation"
        ordering = ("-last_at", "-id")
        verbose_name = _("violation")
        verbose_name_plural = _("violations")
        constraints = [
            models.CheckConstraint(name="audit_violation_severity", condition=models.Q(severity__in=Severity.values)),
            models.CheckConstraint(name="audit_violation_state", condition=models.Q(state__in=State.values)),
            models.CheckConstraint(name="audit_violation_count", condition=models.Q(count__gt=0)),
        ]
        indexes = [
            models.Index("last_at", "id", name="audit_violation_last"),
            models.Index("due_at", name="audit_violation_due", condition=models.Q(state__in=OPEN_STATES)),
            models.Index(
                GRAVEST_FIRST, "due_at", "id", name="audit_violation_queue", condition=models.Q(state__in=OPEN_STATES)
            ),
        ]

    def __str__(self) -> str:
        return _("%(guard)s: %(rule)s by %(application)s") % {
            "guard": self.guard,
            "rule": self.rule,
            "application": self.application,
        }

    def may_become(self) -> tuple[State, ...]:
        """The states that may follow this one."""
        return TRANSITIONS[State(self.state)]


class ViolationComment(models.Model):
    """What a person wrote about a case."""

    violation = models.ForeignKey(Violation, on_delete=models.PROTECT, related_name="comments")
    author = models.TextField()
    text = models.TextField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "audit_violation_comment"
        ordering = ("at", "id")
        verbose_name = _("comment")
        verbose_name_plural = _("comments")

    def __str__(self) -> str:
        return self.text
