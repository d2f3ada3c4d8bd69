"""Who could act in a person's name besides them, and the only way in which that ends.

Whoever invited a person, or set or reset how they sign in, counts as one person with them, along chains, until an approved change confirms
the code that the person reads from their own page: neither of the two approves that. With two such people nobody could say who acted, so
the person does not count at all until then.
"""

from django.conf import settings
from django.db import migrations, models
import django.db.models.deletion

COUNTING = """
-- Where a chain of people who set each other's credentials ends. In a circle, the first of it.
CREATE OR REPLACE FUNCTION govern_behind(person bigint) RETURNS bigint LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    way bigint[] := ARRAY[person];
    next bigint;
BEGIN
    LOOP
        SELECT credentials_set_by_id INTO next FROM public.govern_person WHERE id = way[cardinality(way)];
        IF next IS NULL THEN
            RETURN way[cardinality(way)];
        ELSIF next = ANY (way) THEN
            RETURN (SELECT min(one) FROM unnest(way[array_position(way, next):]) one);
        END IF;
        way := way || next;
    END LOOP;
END $$;

-- Whether a person may not speak on a change: they requested or wrote it, or it confirms them, or one stands behind both.
CREATE OR REPLACE FUNCTION govern_is_behind(change uuid, person bigint) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    WITH hands AS (
        SELECT requested_by_id AS hand FROM public.govern_changerequest WHERE id = change
        UNION SELECT person_id FROM public.govern_changeauthor WHERE change_id = change
        UNION SELECT author_id FROM public.govern_changeitem WHERE change_id = change
    ),
    confirmed AS (
        SELECT p.id AS hand FROM public.govern_changeitem i JOIN public.govern_person p ON p.username = i.object_name
        WHERE i.change_id = change AND i.kind = 'membership' AND p.credentials_set_by_id IS NOT NULL
    )
    SELECT EXISTS (
        SELECT FROM (SELECT hand FROM hands UNION SELECT hand FROM confirmed) every
        WHERE ARRAY[hand, public.govern_behind(hand)] && ARRAY[person, public.govern_behind(person)])
    OR EXISTS (
        SELECT FROM public.govern_person p
        WHERE p.credentials_in_doubt AND (p.id = person OR p.id IN (SELECT hand FROM hands)))
$$;

-- What a person reads from their own page, so that others know whose account it is: it changes with every credential.
CREATE FUNCTION govern_sign_in_code(person bigint) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT regexp_replace(upper(left(encode(sha256(convert_to(jsonb_build_array(
            p.id, p.username, p.email, p.password, p.credentials_set_by_id,
            (SELECT jsonb_agg(jsonb_build_array(f.id, f.type, f.data) ORDER BY f.id) FROM public.mfa_authenticator f
             WHERE f.user_id = p.id AND f.type <> 'recovery_codes'),
            (SELECT jsonb_agg(jsonb_build_array(a.id, a.provider, a.uid) ORDER BY a.id) FROM public.socialaccount_socialaccount a
             WHERE a.user_id = p.id))::text, 'UTF8')), 'hex'), 12)), '(....)(....)(....)', '\\1-\\2-\\3')
    FROM public.govern_person p WHERE p.id = person
$$;

CREATE OR REPLACE FUNCTION govern_set_roles(username text, canonical text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    person bigint;
    marked boolean;
    code text := CASE WHEN canonical = '' THEN '' ELSE coalesce(canonical::jsonb->>'sign_in_code', '') END;
    parted constant jsonb := '{"credentials_set_by_id": null, "credentials_in_doubt": false}';
    foreseen record;
BEGIN
    SELECT p.id, p.credentials_set_by_id IS NOT NULL INTO person, marked
    FROM public.govern_person p WHERE p.username = govern_set_roles.username FOR UPDATE;
    IF person IS NULL THEN
        RAISE EXCEPTION 'There is no person %.', username USING ERRCODE = 'check_violation';
    END IF;
    IF marked AND code <> '' THEN
        IF code <> public.govern_sign_in_code(person) THEN
            RAISE EXCEPTION 'The sign-in code of % has changed since: ask them to read it again.', username
                USING ERRCODE = 'check_violation';
        END IF;
        SELECT * INTO foreseen FROM public.govern_foresee('govern_person', person, parted);
        PERFORM set_config('govern.row_proofs', concat_ws(' ', current_setting('govern.row_proofs', true), public.govern_prove(
            concat_ws(E'\\n', 'govern/row', 'govern_person', foreseen.act, person, foreseen.digest, foreseen.moment))), true);
        UPDATE public.govern_person SET credentials_set_by_id = NULL, credentials_in_doubt = false WHERE id = person;
    END IF;
    DELETE FROM public.govern_person_groups WHERE person_id = person;
    INSERT INTO public.govern_person_groups (person_id, group_id)
    SELECT person, g.id FROM public.auth_group g
    WHERE canonical <> '' AND g.name IN (SELECT jsonb_array_elements_text(canonical::jsonb->'groups'));
END $$;
REVOKE ALL ON FUNCTION govern_set_roles(text, text) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("govern", "0015_guarded_people")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="credentials_in_doubt",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Two others or more could act in their name.",
                verbose_name="credentials in doubt",
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="credentials_set_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="Who invited them, or set how they sign in, if it was another. Both count as one person until an approved change confirms the sign-in code.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="credentials set by",
            ),
        ),
        migrations.RunSQL(COUNTING, migrations.RunSQL.noop),
    ]
