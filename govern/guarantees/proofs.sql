-- Proofs that a write came through Govern: HMACs under a key that no role but the owner's can read.

CREATE FUNCTION govern_acts_as_owner() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = 'public.govern_changerequest'::regclass
$$;

-- Names are looked up in the schemas that nobody but the owner can write to, never in a session's temporary one.
CREATE FUNCTION govern_is_proven(subject text, proof text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.govern_proof_key
        WHERE proof = encode(sha256(outer_pad || sha256(inner_pad || convert_to(subject, 'UTF8'))), 'hex')
    )
$$;

-- HMAC-SHA-256 (RFC 2104) of a text under a key of this installation.
CREATE FUNCTION govern_prove(subject text) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT encode(sha256(outer_pad || sha256(inner_pad || convert_to(subject, 'UTF8'))), 'hex')
    FROM public.govern_proof_key ORDER BY key_id LIMIT 1
$$;

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
           concat_ws(E'\n', 'govern/write', purpose, parts[1], parts[2], to_jsonb(content)::text), parts[3]) THEN
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

-- Only ever called by functions of the owner; closed besides, like every such function in these files.
REVOKE ALL ON FUNCTION govern_is_proven(text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION govern_prove(text) FROM PUBLIC;
