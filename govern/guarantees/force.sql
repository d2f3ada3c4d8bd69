-- Putting versions in force. Only the functions of `doors.sql` come here; the application's role cannot.

CREATE FUNCTION govern_set_roles(username text, canonical text) RETURNS void LANGUAGE plpgsql
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
            concat_ws(E'\n', 'govern/row', 'govern_person', foreseen.act, person, foreseen.digest, foreseen.moment))), true);
        UPDATE public.govern_person SET credentials_set_by_id = NULL, credentials_in_doubt = false WHERE id = person;
    END IF;
    DELETE FROM public.govern_person_groups WHERE person_id = person;
    INSERT INTO public.govern_person_groups (person_id, group_id)
    SELECT person, g.id FROM public.auth_group g
    WHERE canonical <> '' AND g.name IN (SELECT jsonb_array_elements_text(canonical::jsonb->'groups'));
END $$;

-- The table of a kind's objects. Kinds are rows: a migration adds one with `govern.guarantees.installing.AddKind`.
CREATE FUNCTION govern_relation(wanted text) RETURNS text LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found text := (SELECT k.relation FROM govern_kind k WHERE k.kind = wanted);
BEGIN
    IF found IS NULL THEN
        RAISE EXCEPTION 'There is no kind %.', wanted USING ERRCODE = 'check_violation';
    END IF;
    RETURN found;
END $$;

CREATE FUNCTION govern_activate(kind text, object uuid, expected uuid, wanted uuid, name text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    relation text := govern_relation(kind);
    live uuid;
    there boolean;
BEGIN
    EXECUTE format('SELECT true, active_version_id FROM public.%I WHERE id = $1 FOR UPDATE', relation) INTO there, live USING object;
    IF there IS NULL AND expected IS NULL THEN
        EXECUTE format('INSERT INTO public.%I (id, name, active_version_id, created_at) VALUES ($1, $2, $3, now())', relation)
            USING object, name, wanted;
    ELSIF live IS NOT DISTINCT FROM expected THEN
        EXECUTE format('UPDATE public.%I SET active_version_id = $2 WHERE id = $1', relation) USING object, wanted;
    ELSE
        RAISE EXCEPTION 'The base of % % has moved: rebase the change.', kind, name USING ERRCODE = 'serialization_failure';
    END IF;
END $$;

-- Without an author it is a stop that a containment rule made.
CREATE FUNCTION govern_add_version(kind text, object uuid, name text, canonical text, sha text, author bigint, base uuid) RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    added uuid := gen_random_uuid();
    next int;
    previous uuid;
BEGIN
    IF sha <> encode(sha256(convert_to(canonical, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'The content of % % does not have its hash.', kind, name USING ERRCODE = 'check_violation';
    END IF;
    SELECT v.id, v.number INTO previous, next FROM govern_version v WHERE v.object_id = object ORDER BY v.number DESC LIMIT 1;
    INSERT INTO govern_version (id, kind, object_id, object_name, number, canonical, sha256, schema_version, author_id, author_name,
                                based_on_id, created_at)
    VALUES (added, kind, object, name, coalesce(next, 0) + 1, canonical, sha, 1, author,
            CASE WHEN author IS NULL THEN 'containment' ELSE (SELECT p.username FROM govern_person p WHERE p.id = author) END,
            coalesce(base, previous), now());
    RETURN added;
END $$;

CREATE FUNCTION govern_put_in_force(change uuid) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    item govern_changeitem;
    added uuid;
BEGIN
    FOR item IN SELECT * FROM govern_changeitem WHERE change_id = change ORDER BY kind, object_name LOOP
        added := NULL;
        IF item.action <> 'retire' THEN
            added := govern_add_version(item.kind, item.object_id, item.object_name, item.canonical, item.sha256,
                                        item.author_id, item.base_id);
            UPDATE govern_changeitem SET version_id = added WHERE id = item.id;
        END IF;
        PERFORM govern_activate(item.kind, item.object_id, item.base_id, added, item.object_name);
        IF item.kind = 'membership' THEN
            PERFORM govern_set_roles(item.object_name, item.canonical);
        END IF;
        IF item.secret IS NOT NULL THEN
            INSERT INTO govern_credentialsecret (id, credential_id, key_id, nonce, ciphertext, last_four, created_at)
            VALUES (gen_random_uuid(), item.object_id, item.secret->>'key_id', decode(item.secret->>'nonce', 'base64'),
                    decode(item.secret->>'ciphertext', 'base64'), item.secret->>'last_four', clock_timestamp());
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION govern_manifest_in_force() RETURNS jsonb LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    found govern_kind;
    names jsonb;
    whole jsonb := '{}';
BEGIN
    FOR found IN SELECT * FROM govern_kind LOOP
        EXECUTE format('SELECT coalesce(jsonb_object_agg(o.name, v.sha256), ''{}'') FROM public.%I o '
                       'JOIN public.govern_version v ON v.id = o.active_version_id', found.relation) INTO names;
        whole := whole || jsonb_build_object(found.kind, names);
    END LOOP;
    RETURN whole;
END $$;

CREATE FUNCTION govern_add_revision(p_revision jsonb, p_reason text, p_by text) RETURNS int
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    wanted int := (p_revision->>'number')::int;
    manifest text := p_revision->>'manifest';
BEGIN
    IF wanted <> (SELECT coalesce(max(number), 0) + 1 FROM govern_revision) THEN
        RAISE EXCEPTION 'Revision % is not the next one.', wanted USING ERRCODE = 'serialization_failure';
    END IF;
    IF p_revision->>'sha256' <> encode(sha256(convert_to(manifest, 'UTF8')), 'hex')
       OR NOT govern_is_proven(concat_ws(E'\n', 'govern/revision', wanted, p_revision->>'sha256'), p_revision->>'proof') THEN
        RAISE EXCEPTION 'This revision was not signed by Govern.' USING ERRCODE = 'check_violation';
    END IF;
    IF manifest::jsonb <> govern_manifest_in_force() THEN
        RAISE EXCEPTION 'The signed manifest is not what would be in force.' USING ERRCODE = 'serialization_failure';
    END IF;
    INSERT INTO govern_revision (number, manifest, sha256, signature, key_id, reason, created_by, created_at)
    VALUES (wanted, manifest, p_revision->>'sha256', p_revision->>'signature', p_revision->>'key_id', p_reason, p_by,
            (p_revision->>'created_at')::timestamptz);
    RETURN wanted;
END $$;

REVOKE ALL ON FUNCTION govern_set_roles(text, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION govern_activate(text, uuid, uuid, uuid, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION govern_add_version(text, uuid, text, text, text, bigint, uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION govern_put_in_force(uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION govern_add_revision(jsonb, text, text) FROM PUBLIC;
