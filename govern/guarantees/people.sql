-- The rows of a person, of their second factors and of their linked identities: written with a proof, and under a seal (`govern.identity.person_rows`).

-- A row without when it was made and last used.
CREATE FUNCTION govern_guarded(content jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT content - ARRAY['last_login', 'last_used_at', 'date_joined']
$$;

CREATE FUNCTION govern_content_digest(content jsonb) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT encode(sha256(convert_to(content::text, 'UTF8')), 'hex')
$$;

-- Names this transaction, and none before or after it.
CREATE FUNCTION govern_moment() RETURNS text LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT concat_ws('.', pg_current_xact_id(), (extract(epoch FROM transaction_timestamp()) * 1000000)::bigint, pg_backend_pid())
$$;

-- What a write of these values would leave: the act (insert or update), the digest of the row, and the moment. Locks the row.
CREATE FUNCTION govern_foresee(subject text, row_id bigint, given jsonb, OUT act text, OUT digest text, OUT moment text)
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    content jsonb;
BEGIN
    IF subject NOT IN ('govern_person', 'mfa_authenticator', 'socialaccount_socialaccount') THEN
        RAISE EXCEPTION '% is no table of people.', subject USING ERRCODE = 'check_violation';
    END IF;
    EXECUTE format('SELECT to_jsonb(jsonb_populate_record(t, $2)) FROM public.%I t WHERE id = $1 FOR UPDATE', subject)
        INTO content USING row_id, given;
    act := CASE WHEN content IS NULL THEN 'insert' ELSE 'update' END;
    IF content IS NULL THEN
        EXECUTE format('SELECT to_jsonb(jsonb_populate_record(NULL::public.%I, $1)) - ''id''', subject) INTO content USING given;
    END IF;
    digest := public.govern_content_digest(public.govern_guarded(content));
    moment := public.govern_moment();
END $$;

CREATE FUNCTION govern_seal_text(subject text, row_id bigint, person_id bigint, content jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT concat_ws(E'\n', 'govern/seal', subject, row_id, person_id, public.govern_content_digest(content))
$$;

CREATE FUNCTION govern_put_seal(p_subject text, p_row bigint, p_person bigint, content jsonb) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $$
    INSERT INTO public.govern_seal (subject, row_id, person_id, columns, seal)
    VALUES (p_subject, p_row, p_person, ARRAY(SELECT jsonb_object_keys(content) ORDER BY 1),
            coalesce(public.govern_prove(public.govern_seal_text(p_subject, p_row, p_person, content)), ''))
    ON CONFLICT (subject, row_id) DO UPDATE
    SET person_id = excluded.person_id, columns = excluded.columns, seal = excluded.seal, at = clock_timestamp()
$$;

-- After each row, so that it sees what is really stored. Whoever signed in as the owner of the tables (migrations, commands) may write
-- without a proof; the row then lacks its seal, and is reported.
CREATE FUNCTION govern_guard_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN public.govern_guarded(to_jsonb(OLD)) END;
    becomes jsonb := CASE WHEN TG_OP <> 'DELETE' THEN public.govern_guarded(to_jsonb(NEW)) END;
    number bigint := coalesce(becomes->>'id', was->>'id')::bigint;
    owner boolean := session_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID);
    wanted text;
    proven boolean;
BEGIN
    IF was::text = becomes::text THEN
        RETURN NULL;
    END IF;
    wanted := concat_ws(E'\n', 'govern/row', TG_TABLE_NAME, lower(TG_OP), CASE TG_OP WHEN 'INSERT' THEN '-' ELSE number::text END,
        public.govern_content_digest(CASE TG_OP WHEN 'DELETE' THEN was WHEN 'INSERT' THEN becomes - 'id' ELSE becomes END),
        public.govern_moment());
    proven := EXISTS (
        SELECT FROM unnest(string_to_array(current_setting('govern.row_proofs', true), ' ')) given
        WHERE public.govern_is_proven(wanted, given));
    IF NOT owner THEN
        IF NOT proven THEN
            RAISE EXCEPTION 'Who people are is written through Govern and not here (% on %).', TG_OP, TG_TABLE_NAME
                USING ERRCODE = 'insufficient_privilege';
        ELSIF was->'id' IS DISTINCT FROM becomes->'id' AND TG_OP = 'UPDATE' OR was->'user_id' <> becomes->'user_id' THEN
            RAISE EXCEPTION 'A row of % stays whose it is.', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
        ELSIF TG_TABLE_NAME = 'govern_person' AND TG_OP = 'DELETE' THEN
            RAISE EXCEPTION 'Nobody is deleted: the trail names them.' USING ERRCODE = 'insufficient_privilege';
        ELSIF was->>'username' <> becomes->>'username' THEN
            RAISE EXCEPTION 'A username is part of the evidence and stays.' USING ERRCODE = 'insufficient_privilege';
        ELSIF (becomes->>'is_superuser')::boolean AND NOT coalesce((was->>'is_superuser')::boolean, false) THEN
            RAISE EXCEPTION 'Superusers are made by the owner of the database: python manage.py createsuperuser.'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
    END IF;
    IF NOT proven THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        DELETE FROM public.govern_seal s WHERE s.subject = TG_TABLE_NAME AND s.row_id = number;
    ELSE
        PERFORM public.govern_put_seal(TG_TABLE_NAME, number, coalesce(becomes->>'user_id', becomes->>'id')::bigint, becomes);
    END IF;
    RETURN NULL;
END $$;

-- Places where a row that makes a person is not what was sealed: `person/NAME`, `second_factor/NAME` or `identity/NAME`.
CREATE FUNCTION govern_unsealed_people() RETURNS TABLE (place text) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
    WITH rows AS (
        SELECT 'govern_person' AS subject, p.id, p.id AS person, to_jsonb(p) AS content FROM public.govern_person p
        UNION ALL SELECT 'mfa_authenticator', f.id, f.user_id, to_jsonb(f) FROM public.mfa_authenticator f
        UNION ALL SELECT 'socialaccount_socialaccount', a.id, a.user_id, to_jsonb(a) FROM public.socialaccount_socialaccount a
    ),
    compared AS (
        SELECT coalesce(r.subject, s.subject) AS subject, coalesce(r.person, s.person_id) AS person,
            r.id IS NOT NULL AND s.row_id IS NOT NULL AND public.govern_is_proven(
                public.govern_seal_text(r.subject, r.id, r.person, (
                    SELECT jsonb_object_agg(key, value) FROM jsonb_each(r.content) WHERE key = ANY (s.columns))), s.seal) AS holds
        FROM rows r FULL JOIN public.govern_seal s ON s.subject = r.subject AND s.row_id = r.id
    )
    SELECT DISTINCT CASE c.subject WHEN 'govern_person' THEN 'person' WHEN 'mfa_authenticator' THEN 'second_factor' ELSE 'identity' END
        || '/' || coalesce(p.username, '#' || c.person)
    FROM compared c LEFT JOIN public.govern_person p ON p.id = c.person WHERE c.holds IS NOT TRUE ORDER BY 1
$$;

-- What a person reads from their own page, so that others know whose account it is: it changes with every credential.
CREATE FUNCTION govern_sign_in_code(person bigint) RETURNS text LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT regexp_replace(upper(left(encode(sha256(convert_to(jsonb_build_array(
            p.id, p.username, p.email, p.password, p.credentials_set_by_id,
            (SELECT jsonb_agg(jsonb_build_array(f.id, f.type, f.data) ORDER BY f.id) FROM public.mfa_authenticator f
             WHERE f.user_id = p.id AND f.type <> 'recovery_codes'),
            (SELECT jsonb_agg(jsonb_build_array(a.id, a.provider, a.uid) ORDER BY a.id) FROM public.socialaccount_socialaccount a
             WHERE a.user_id = p.id))::text, 'UTF8')), 'hex'), 12)), '(....)(....)(....)', '\1-\2-\3')
    FROM public.govern_person p WHERE p.id = person
$$;

CREATE TRIGGER guard_row AFTER INSERT OR UPDATE OR DELETE ON govern_person FOR EACH ROW EXECUTE FUNCTION govern_guard_row();
CREATE TRIGGER guard_row AFTER INSERT OR UPDATE OR DELETE ON mfa_authenticator FOR EACH ROW EXECUTE FUNCTION govern_guard_row();
CREATE TRIGGER guard_row AFTER INSERT OR UPDATE OR DELETE ON socialaccount_socialaccount FOR EACH ROW EXECUTE FUNCTION govern_guard_row();

REVOKE ALL ON FUNCTION govern_put_seal(text, bigint, bigint, jsonb) FROM PUBLIC;
