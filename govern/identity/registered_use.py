"""Whether an application may get a key by what it is registered for."""

from django.utils import timezone
from django.utils.translation import gettext as _

from audit.presentation.amounts import moment
from govern.models import Application, Governed, GuardPolicy, Team, UseCase
from govern.policy.scope import covers


def lacks_for_keys(application: Application) -> str:
    """What an application lacks before a key of it may be issued, and what to do next; empty for nothing. Four queries at most.

    Everything is read anew: what a page was told when it was opened may have been changed since.
    """
    found = Application.objects.in_force().filter(pk=application.pk).first()
    if found is None:
        return ""
    policy = _asked_by(found)
    if not policy:
        return ""
    said = {"policy": policy, "application": found.name, "use_case": found.body.use_case or ""}
    use_case = UseCase.objects.in_force().filter(name=said["use_case"]).first()
    if use_case is None:
        text = _(
            "The guard policy %(policy)s asks for a registered use case before a key is issued, and %(application)s names none that is "
            "in force. Propose a change that names one in the application; once it is in force, issue the key."
        )
        return text % said
    if use_case.body.review_by <= timezone.now():
        text = _(
            "The guard policy %(policy)s lets keys be issued only while the review of the use case is not overdue, and that of "
            "%(use_case)s was due on %(day)s. Look at it again, and propose a change of it with the day of its next review."
        )
        return text % {**said, "day": moment(use_case.body.review_by)}
    return ""


def _asked_by(application: Governed) -> str:
    """The first guard policy in force that covers the application and asks for a use case; empty for none."""
    asking = [found for found in GuardPolicy.objects.in_force() if found.body.use_case_for_keys]
    if not asking:
        return ""
    body = application.body
    team = Team.objects.in_force().filter(name=body.team).first()
    tags = (*body.tags, *(team.body.tags if team else ()))
    return next((found.name for found in asking if covers(found.body.scope, body.name, body.team, tags)), "")
