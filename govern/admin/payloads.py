"""Revealing what was said in a call asks for a fresh second factor; the pages over the trail do not know how people sign in."""

from audit.admin import TrailAdmin
from govern.identity.second_factor import require_fresh_second_factor

TrailAdmin.confirmed = staticmethod(require_fresh_second_factor)
