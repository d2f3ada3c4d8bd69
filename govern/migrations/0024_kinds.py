"""Governed kinds are rows that the database's functions read; what the database guarantees is installed from `govern/guarantees`."""

from django.db import migrations

from govern.guarantees.installing import AddKind, InstallGuarantees

KINDS = """
CREATE TABLE govern_kind (
    kind text PRIMARY KEY,
    relation text NOT NULL UNIQUE,
    by_break_glass boolean NOT NULL
);
COMMENT ON TABLE govern_kind IS 'What versions are of: the table of its objects, and whether break-glass may change it. Only migrations write it.';
"""
EVERYDAY = (
    "team",
    "application",
    "provider",
    "provider_credential",
    "catalog_model",
    "deployment",
    "routing_policy",
    "guard_policy",
    "budget",
    "exemption",
    "stop",
)
WHO_MAY_APPROVE = ("approval_rule", "membership")


class Migration(migrations.Migration):
    dependencies = [
        ("govern", "0023_conversations"),
        ("audit", "0003_payloads_and_rejections"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]

    operations = [
        migrations.RunSQL(KINDS, "DROP TABLE govern_kind"),
        *(AddKind(kind) for kind in EVERYDAY),
        *(AddKind(kind, by_break_glass=False) for kind in WHO_MAY_APPROVE),
        InstallGuarantees("db2728a395c298b7f32b5a0e39587cb205bd457aa0d14756a38836349b4ddb69"),
    ]
