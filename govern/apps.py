"""The governance domain as a Django application."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class GovernConfig(AppConfig):
    """Registers what must happen after the schema has changed."""

    name = "govern"
    label = "govern"
    verbose_name = _("Governance")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Grants each database role its rights whenever the schema changes, and keeps the groups complete."""
        from audit.evidence.in_force import register_in_force
        from audit.exports.payloads import approve_with
        from audit.presentation.words import register_guard
        from audit.trail.vouching import vouch_with
        from govern import VERSION, celery, database_timeouts  # noqa: F401 (tasks sent from here must know their broker)
        from govern.changes.evidenced import read_in_force
        from govern.changes.payload_exports import approval_of_export
        from govern.changes.proofs import store_proof_key
        from govern.database_roles import close_to_public, grant_privileges, pin_functions
        from govern.enforcement.guards import GUARDS
        from govern.gateway import refusal_codes  # noqa: F401 (registers the codes)
        from govern.identity import links, person_rows, second_factor_events, session_limits, sessions, sign_in_events
        from govern.identity.groups import create_groups
        from govern.identity.write_proofs import prove_write

        for package in ("identity", "budgets", "changes", "keeping"):
            import_module(f"govern.{package}.events")  # registers them, so that the trail can be told
        vouch_with(prove_write)
        approve_with(approval_of_export)
        register_in_force(read_in_force, software=f"Govern {VERSION}")
        for guard in GUARDS.values():
            register_guard(guard.sort, _(guard.label))
        register_guard("budget", _("Budget"))
        post_migrate.connect(grant_privileges, sender=self)
        post_migrate.connect(pin_functions, sender=self)
        post_migrate.connect(close_to_public, sender=self)
        post_migrate.connect(store_proof_key, sender=self)
        post_migrate.connect(create_groups, sender=self)
        database_timeouts.connect()
        links.connect()
        sign_in_events.connect()
        person_rows.connect()
        second_factor_events.connect()
        session_limits.connect()
        sessions.connect()
