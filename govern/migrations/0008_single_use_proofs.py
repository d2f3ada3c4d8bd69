"""A proof for one write: bound to what is written and what for, good for minutes, spent once.

`govern.identity.write_proofs` makes it and gives it to the connection as a parameter of a server-side statement, so that no other session
sees it. A trigger names the purpose and spells out the row; the functions below check the rest. A session without Govern's key can make
none, and one that was seen would only repeat the write that it was made for, once.
"""

from django.db import migrations

PROOFS = """
CREATE TABLE govern_spent_proof (
    proof text PRIMARY KEY,
    spent_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX govern_spent_proof_age ON govern_spent_proof (spent_at);
COMMENT ON TABLE govern_spent_proof IS 'Proofs of writes that were used. Only the owner reads and writes it; older ones are too old to count.';

-- Spends the proof that the connection was given (MICROSECONDS.NONCE.HMAC). Raises unless it was made for this purpose and this content.
CREATE FUNCTION govern_consume_proof(purpose text, content text[], refusal text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given text := coalesce(current_setting('govern.write_proof', true), '');
    parts text[] := string_to_array(given, '.');
BEGIN
    IF given !~ '^[0-9]{16,17}[.][0-9a-f]{32}[.][0-9a-f]{64}$'
       OR abs(parts[1]::bigint - extract(epoch FROM clock_timestamp()) * 1000000) > 300000000
       OR NOT public.govern_is_proven(
           concat_ws(E'\\n', 'govern/write', purpose, parts[1], parts[2], to_jsonb(content)::text), parts[3]) THEN
        RAISE EXCEPTION '%', refusal USING ERRCODE = 'insufficient_privilege';
    END IF;
    BEGIN
        INSERT INTO public.govern_spent_proof (proof) VALUES (parts[2]);
    EXCEPTION WHEN unique_violation THEN
        RAISE EXCEPTION '% The proof of this write was used before.', refusal USING ERRCODE = 'insufficient_privilege';
    END;
    DELETE FROM public.govern_spent_proof WHERE proof IN (
        SELECT proof FROM public.govern_spent_proof WHERE spent_at < clock_timestamp() - interval '15 minutes'
        ORDER BY spent_at LIMIT 100 FOR UPDATE SKIP LOCKED);
END $$;

-- Names are looked up in the schemas that nobody but the owner can write to, never in a session's temporary one.
CREATE OR REPLACE FUNCTION govern_is_proven(subject text, proof text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.govern_proof_key
        WHERE proof = encode(sha256(outer_pad || sha256(inner_pad || convert_to(subject, 'UTF8'))), 'hex')
    )
$$;

CREATE OR REPLACE FUNCTION govern_acts_as_owner() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = 'public.govern_changerequest'::regclass
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("govern", "0007_credentials")]

    operations = [migrations.RunSQL(PROOFS, migrations.RunSQL.noop)]
