"""Whoever could set another's password or second factor could approve in their name.

The application's role sets them with a proof only (`govern.identity.credential_proofs`).
"""

from django.db import migrations

GUARD = """
CREATE FUNCTION govern_credential_is_proven(person bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT govern_is_proven(E'govern/credential\\n' || person, current_setting('govern.credential_proof', true))
$$;

CREATE FUNCTION govern_guard_password() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF govern_acts_as_owner() THEN
        RETURN NEW;
    END IF;
    IF (NEW.password <> OLD.password OR NEW.credentials_set_by_id IS DISTINCT FROM OLD.credentials_set_by_id)
       AND NOT coalesce(govern_credential_is_proven(NEW.id), false) THEN
        RAISE EXCEPTION 'A password is set through Govern: python manage.py changepassword %.', NEW.username
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION govern_guard_factor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT govern_acts_as_owner() AND NOT coalesce(govern_credential_is_proven(NEW.user_id), false) THEN
        RAISE EXCEPTION 'A second factor is set up through Govern.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_password BEFORE UPDATE ON govern_person FOR EACH ROW EXECUTE FUNCTION govern_guard_password();
CREATE TRIGGER guard_factor BEFORE INSERT OR UPDATE ON mfa_authenticator
    FOR EACH ROW EXECUTE FUNCTION govern_guard_factor();
"""


class Migration(migrations.Migration):
    dependencies = [("govern", "0006_notification"), ("mfa", "0003_authenticator_type_uniq")]

    operations = [migrations.RunSQL(GUARD, migrations.RunSQL.noop)]
