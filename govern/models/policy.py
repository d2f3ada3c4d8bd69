"""Policies: which model answers, what is inspected, what is exempt or stopped, and who must approve a change."""

from django.utils.translation import gettext_lazy as _

from govern.models.governed import Governed


class RoutingPolicy(Governed):
    """Rules that pick the model for a call."""

    KIND = "routing_policy"

    class Meta(Governed.Meta):
        verbose_name = _("routing policy")
        verbose_name_plural = _("routing policies")


class GuardPolicy(Governed):
    """Guards over the calls of some or all applications."""

    KIND = "guard_policy"

    class Meta(Governed.Meta):
        verbose_name = _("guard policy")
        verbose_name_plural = _("guard policies")


class ApprovalRule(Governed):
    """How many people of which groups approve which changes."""

    KIND = "approval_rule"

    class Meta(Governed.Meta):
        verbose_name = _("approval rule")
        verbose_name_plural = _("approval rules")


class Exemption(Governed):
    """A guard that is not asked for some applications until a day."""

    KIND = "exemption"

    class Meta(Governed.Meta):
        verbose_name = _("exemption")
        verbose_name_plural = _("exemptions")


class Stop(Governed):
    """Traffic that is turned off."""

    KIND = "stop"

    class Meta(Governed.Meta):
        verbose_name = _("stopped traffic")
        verbose_name_plural = _("stopped traffic")


class Containment(Governed):
    """When an application is stopped by itself."""

    KIND = "containment"

    class Meta(Governed.Meta):
        verbose_name = _("containment rule")
        verbose_name_plural = _("containment rules")
