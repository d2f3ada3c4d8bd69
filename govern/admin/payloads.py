"""Revealing what was said in a call asks for a fresh second factor; the pages over the trail do not know how people sign in."""

from django.utils.translation import gettext_lazy as _

from audit.admin import TrailAdmin
from govern.identity.second_factor import fresh_second_factor_for

TrailAdmin.confirmed = staticmethod(fresh_second_factor_for(_("Reveal what was said in a call")))
