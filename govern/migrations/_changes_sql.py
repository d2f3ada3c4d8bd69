"""SQL of the change requests: what the database refuses, whoever asks, and the only ways into force.

The application's role may write drafts, submissions, reviews and comments. It cannot forge them from a database shell: a submission
and a review carry a proof, an HMAC under a key that this role cannot read (`govern.changes.proofs` says over which text). And it cannot
write what is in force at all: that is done by the functions below, which check everything again with the owner's rights.
"""

KINDS = (
    "team",
    "application",
    "provider",
    "provider_credential",
    "catalog_model",
    "deployment",
    "routing_policy",
    "guard_policy",
    "budget",
    "approval_rule",
    "exemption",
    "membership",
    "stop",
)

PROOFS = """
CREATE SEQUENCE govern_change_number;

CREATE TABLE govern_proof_key (
    key_id text PRIMARY KEY,
    inner_pad bytea NOT NULL CHECK (length(inner_pad) = 64),
    outer_pad bytea NOT NULL CHECK (length(outer_pad) = 64)
);
COMMENT ON TABLE govern_proof_key IS 'HMAC keys of submissions, reviews and revisions. Only the owner reads them.';

-- HMAC-SHA-256 (RFC 2104) of a text under any key of this installation.
CREATE FUNCTION govern_is_proven(subject text, proof text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM govern_proof_key
        WHERE proof = encode(sha256(outer_pad || sha256(inner_pad || convert_to(subject, 'UTF8'))), 'hex')
    )
$$;

CREATE FUNCTION govern_acts_as_owner() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT pg_get_userbyid(relowner) = current_user FROM pg_class WHERE oid = 'govern_changerequest'::regclass
$$;
"""

DIGESTS = """
CREATE FUNCTION govern_instant(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(((extract(epoch FROM at) * 1000000)::bigint)::text, '-')
$$;

CREATE FUNCTION govern_change_digest(c govern_changerequest) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(
        concat_ws(E'\\n', 'govern/change', govern_instant(c.effective_at), govern_instant(c.apply_by)) || E'\\n' || coalesce((
            SELECT string_agg(concat_ws(E'\\t', i.action, i.kind, i.object_id, i.object_name,
                                        CASE i.canonical WHEN '' THEN '' ELSE encode(sha256(convert_to(i.canonical, 'UTF8')), 'hex') END,
                                        coalesce(i.base_id::text, '-'), i.secret_sha256), E'\\n'
                              ORDER BY i.kind COLLATE "C", i.object_name COLLATE "C")
            FROM govern_changeitem i WHERE i.change_id = c.id), ''), 'UTF8')), 'hex')
$$;

CREATE FUNCTION govern_submission_text(c govern_changerequest) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws(E'\\n', 'govern/submission', c.id, c.content_digest, c.requested_by_id, c.mode, c.risk,
                     (SELECT string_agg(person_id::text, ',' ORDER BY person_id) FROM govern_changeauthor
                      WHERE change_id = c.id))
$$;

CREATE FUNCTION govern_review_text(r govern_review) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT concat_ws(E'\\n', 'govern/review', r.change_id, r.digest, r.reviewer_id, r.verdict, r.risk)
$$;
"""

TRIGGERS = """
CREATE FUNCTION govern_guard_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'A change request starts as a draft.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.requested_by_id <> OLD.requested_by_id
       OR NEW.requested_by_name <> OLD.requested_by_name OR NEW.rolls_back_id IS DISTINCT FROM OLD.rolls_back_id THEN
        RAISE EXCEPTION 'Who requested a change, and its number, are written once.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (string_to_array(TG_ARGV[0], ' '))) THEN
        RAISE EXCEPTION 'A change request in state % cannot become %.', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state NOT IN ('draft', 'changes_requested') AND (
        NEW.content_digest <> OLD.content_digest OR NEW.risk <> OLD.risk OR NEW.mode <> OLD.mode
        OR NEW.effective_at IS DISTINCT FROM OLD.effective_at OR NEW.apply_by IS DISTINCT FROM OLD.apply_by) THEN
        RAISE EXCEPTION 'What was submitted stays as it was; make it a draft again to change it.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'in_review' AND OLD.state <> 'in_review' AND (
        NEW.content_digest <> govern_change_digest(NEW)
        OR NOT govern_is_proven(govern_submission_text(NEW), NEW.submission_proof)) THEN
        RAISE EXCEPTION 'This submission was not made by Govern: its digest or its proof is wrong.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state IN ('approved', 'scheduled') AND NEW.state <> OLD.state THEN
        PERFORM govern_require_approvals(OLD);
    END IF;
    RETURN NEW;
END $$;

-- Runs with the caller's rights, so that it knows whether one of the functions below calls.
CREATE FUNCTION govern_guard_force() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT govern_acts_as_owner() AND (
        (NEW.state <> OLD.state AND (NEW.state IN ('applied', 'emergency', 'reverted') OR OLD.state IN ('applied', 'emergency', 'reverted')))
        OR NEW.revision_id IS DISTINCT FROM OLD.revision_id
        OR NEW.applied_at IS DISTINCT FROM OLD.applied_at
        OR NEW.applied_by_name <> OLD.applied_by_name) THEN
        RAISE EXCEPTION 'A change comes into force by govern_apply_change and in no other way.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION govern_note_transition() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO govern_changetransition (change_id, before, after, actor, at)
        VALUES (NEW.id, '', NEW.state, coalesce(current_setting('govern.actor', true), ''), clock_timestamp());
    ELSIF NEW.state <> OLD.state THEN
        INSERT INTO govern_changetransition (change_id, before, after, actor, at)
        VALUES (NEW.id, OLD.state, NEW.state, coalesce(current_setting('govern.actor', true), ''), clock_timestamp());
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION govern_guard_item() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched uuid := CASE WHEN TG_OP = 'DELETE' THEN OLD.change_id ELSE NEW.change_id END;
    found text;
BEGIN
    SELECT state INTO found FROM govern_changerequest WHERE id = touched FOR UPDATE;
    IF found NOT IN ('draft', 'changes_requested') AND NOT govern_acts_as_owner() THEN
        RAISE EXCEPTION 'What was submitted stays as it was; make it a draft again to change it.' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.change_id <> OLD.change_id THEN
        RAISE EXCEPTION 'A proposed version stays in its change request.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE FUNCTION govern_guard_review() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c govern_changerequest;
BEGIN
    SELECT * INTO c FROM govern_changerequest WHERE id = NEW.change_id FOR UPDATE;
    IF c.state NOT IN ('in_review', 'approved', 'scheduled', 'emergency') THEN
        RAISE EXCEPTION 'A change request in state % is not in review.', c.state USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.digest <> c.content_digest OR NEW.risk <> c.risk THEN
        RAISE EXCEPTION 'The change was edited since the reviewer looked at it.' USING ERRCODE = 'check_violation';
    END IF;
    IF govern_is_behind(c.id, NEW.reviewer_id) THEN
        RAISE EXCEPTION 'Nobody reviews a change that they requested or wrote.' USING ERRCODE = 'check_violation';
    END IF;
    IF NOT govern_is_proven(govern_review_text(NEW), NEW.proof) THEN
        RAISE EXCEPTION 'This review was not made by Govern: its proof is wrong.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- Nobody makes a superuser through the application.
CREATE FUNCTION govern_guard_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_superuser AND NOT govern_acts_as_owner() AND (TG_OP = 'INSERT' OR NOT OLD.is_superuser) THEN
        RAISE EXCEPTION 'Superusers are made by the owner of the database: python manage.py createsuperuser.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.username <> OLD.username AND NOT govern_acts_as_owner() THEN
        RAISE EXCEPTION 'A username is part of the evidence and stays.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_change BEFORE INSERT OR UPDATE ON govern_changerequest
    FOR EACH ROW EXECUTE FUNCTION govern_guard_change('{transitions}');
CREATE TRIGGER guard_force BEFORE UPDATE ON govern_changerequest FOR EACH ROW EXECUTE FUNCTION govern_guard_force();
CREATE TRIGGER note_transition AFTER INSERT OR UPDATE ON govern_changerequest
    FOR EACH ROW EXECUTE FUNCTION govern_note_transition();
CREATE TRIGGER guard_item BEFORE INSERT OR UPDATE OR DELETE ON govern_changeitem
    FOR EACH ROW EXECUTE FUNCTION govern_guard_item();
CREATE TRIGGER guard_review BEFORE INSERT ON govern_review FOR EACH ROW EXECUTE FUNCTION govern_guard_review();
CREATE TRIGGER guard_person BEFORE INSERT OR UPDATE ON govern_person FOR EACH ROW EXECUTE FUNCTION govern_guard_person();
"""

APPROVALS = """
-- Whoever set a person's password or second factor could act in their name: both count as one. Roles approved anew part them.
CREATE FUNCTION govern_behind(person bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT coalesce(credentials_set_by_id, id) FROM govern_person WHERE id = person
$$;

CREATE FUNCTION govern_is_behind(change uuid, person bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM (
            SELECT requested_by_id AS hand FROM govern_changerequest WHERE id = change
            UNION SELECT person_id FROM govern_changeauthor WHERE change_id = change
            UNION SELECT author_id FROM govern_changeitem WHERE change_id = change
        ) hands
        WHERE ARRAY[hand, govern_behind(hand)] && ARRAY[person, govern_behind(person)])
$$;

-- Reviewers whose last word on this very content is an approval, who had no hand in it and may sign in today.
CREATE FUNCTION govern_approvers(c govern_changerequest) RETURNS TABLE (person bigint) LANGUAGE sql STABLE AS $$
    SELECT last.reviewer_id FROM (
        SELECT DISTINCT ON (r.reviewer_id) r.*
        FROM govern_review r WHERE r.change_id = c.id AND r.digest = c.content_digest AND r.risk = c.risk
        ORDER BY r.reviewer_id, r.created_at DESC, r.id
    ) last
    JOIN govern_person p ON p.id = last.reviewer_id AND p.is_active
    WHERE last.verdict = 'approve' AND NOT govern_is_behind(c.id, last.reviewer_id)
      AND govern_is_proven(concat_ws(E'\\n', 'govern/review', last.change_id, last.digest, last.reviewer_id, last.verdict, last.risk),
                           last.proof)
$$;

-- What the approval rules in force ask of a change of these kinds at this risk; where no rule speaks, two approvers.
CREATE FUNCTION govern_requirements(p_kinds text[], p_risk text) RETURNS TABLE (rule text, quorum int, groups text[])
LANGUAGE sql STABLE AS $$
    WITH kinds AS (SELECT DISTINCT unnest(p_kinds) AS kind),
    rules AS (
        SELECT a.name, v.canonical::jsonb AS body
        FROM govern_approvalrule a JOIN govern_version v ON v.id = a.active_version_id
    ),
    matching AS (
        SELECT k.kind, r.name, r.body FROM kinds k JOIN rules r
        ON (r.body->'kinds' ? k.kind OR r.body->'kinds' ? '*') AND r.body->'risk' ? p_risk
    )
    SELECT DISTINCT name::text, (body->>'quorum')::int, ARRAY(SELECT jsonb_array_elements_text(body->'groups')) FROM matching
    UNION
    SELECT '', 2, ARRAY['approver'] FROM kinds WHERE kind NOT IN (SELECT kind FROM matching)
    ORDER BY 1
$$;

-- How far a change is: each requirement with the usernames whose approvals count for it.
CREATE FUNCTION govern_approval_progress(p_change uuid) RETURNS TABLE (rule text, quorum int, groups text[], given text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT needed.rule, needed.quorum, needed.groups, ARRAY(
        SELECT min(p.username)::text FROM govern_approvers(c) a
        JOIN govern_person p ON p.id = a.person
        JOIN govern_person_groups pg ON pg.person_id = p.id
        JOIN auth_group g ON g.id = pg.group_id AND g.name = ANY (needed.groups)
        GROUP BY govern_behind(p.id) ORDER BY 1)
    FROM govern_changerequest c, LATERAL govern_requirements(
        ARRAY(SELECT kind::text FROM govern_changeitem WHERE change_id = c.id), c.risk) needed
    WHERE c.id = p_change
$$;

CREATE FUNCTION govern_require_approvals(c govern_changerequest) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
    needed record;
BEGIN
    IF NOT EXISTS (SELECT FROM govern_changeitem WHERE change_id = c.id) THEN
        RAISE EXCEPTION 'The change request is empty.' USING ERRCODE = 'check_violation';
    END IF;
    FOR needed IN SELECT * FROM govern_approval_progress(c.id) LOOP
        IF cardinality(needed.given) < needed.quorum THEN
            RAISE EXCEPTION 'Rule "%" asks for % approvals from %; % count.', needed.rule, needed.quorum,
                array_to_string(needed.groups, ', '), cardinality(needed.given) USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
END $$;
"""

FORCE = """
CREATE FUNCTION govern_set_roles(username text, canonical text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    person bigint;
BEGIN
    SELECT p.id INTO person FROM govern_person p WHERE p.username = govern_set_roles.username FOR UPDATE;
    IF person IS NULL THEN
        RAISE EXCEPTION 'There is no person %.', username USING ERRCODE = 'check_violation';
    END IF;
    UPDATE govern_person SET credentials_set_by_id = NULL WHERE id = person;
    DELETE FROM govern_person_groups WHERE person_id = person;
    INSERT INTO govern_person_groups (person_id, group_id)
    SELECT person, g.id FROM auth_group g
    WHERE canonical <> '' AND g.name IN (SELECT jsonb_array_elements_text(canonical::jsonb->'groups'));
END $$;

CREATE FUNCTION govern_activate(kind text, object uuid, expected uuid, wanted uuid, name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    live uuid;
    there boolean;
BEGIN
    EXECUTE format('SELECT true, active_version_id FROM %I WHERE id = $1 FOR UPDATE', 'govern_' || replace(kind, '_', ''))
        INTO there, live USING object;
    IF there IS NULL AND expected IS NULL THEN
        EXECUTE format('INSERT INTO %I (id, name, active_version_id, created_at) VALUES ($1, $2, $3, now())',
                       'govern_' || replace(kind, '_', '')) USING object, name, wanted;
    ELSIF live IS NOT DISTINCT FROM expected THEN
        EXECUTE format('UPDATE %I SET active_version_id = $2 WHERE id = $1', 'govern_' || replace(kind, '_', ''))
            USING object, wanted;
    ELSE
        RAISE EXCEPTION 'The base of % % has moved: rebase the change.', kind, name USING ERRCODE = 'serialization_failure';
    END IF;
END $$;

CREATE FUNCTION govern_add_version(kind text, object uuid, name text, canonical text, sha text, author bigint, base uuid) RETURNS uuid
LANGUAGE plpgsql AS $$
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
    SELECT added, kind, object, name, coalesce(next, 0) + 1, canonical, sha, 1, author, p.username, coalesce(base, previous), now()
    FROM govern_person p WHERE p.id = author;
    RETURN added;
END $$;

CREATE FUNCTION govern_put_in_force(change uuid) RETURNS void LANGUAGE plpgsql AS $$
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

CREATE FUNCTION govern_manifest_in_force() RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    found text;
    names jsonb;
    whole jsonb := '{{}}';
BEGIN
    FOREACH found IN ARRAY string_to_array('{kinds}', ' ') LOOP
        EXECUTE format('SELECT coalesce(jsonb_object_agg(o.name, v.sha256), ''{{}}'') FROM %I o '
                       'JOIN govern_version v ON v.id = o.active_version_id', 'govern_' || replace(found, '_', '')) INTO names;
        whole := whole || jsonb_build_object(found, names);
    END LOOP;
    RETURN whole;
END $$;

CREATE FUNCTION govern_add_revision(p_revision jsonb, p_reason text, p_by text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    wanted int := (p_revision->>'number')::int;
    manifest text := p_revision->>'manifest';
BEGIN
    IF wanted <> (SELECT coalesce(max(number), 0) + 1 FROM govern_revision) THEN
        RAISE EXCEPTION 'Revision % is not the next one.', wanted USING ERRCODE = 'serialization_failure';
    END IF;
    IF p_revision->>'sha256' <> encode(sha256(convert_to(manifest, 'UTF8')), 'hex')
       OR NOT govern_is_proven(concat_ws(E'\\n', 'govern/revision', wanted, p_revision->>'sha256'), p_revision->>'proof') THEN
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
"""

# Each takes the lock of genesis first, so that what is in force changes by one at a time.
DOORS = """
CREATE FUNCTION govern_locked_change(change uuid) RETURNS govern_changerequest LANGUAGE plpgsql AS $$
DECLARE
    c govern_changerequest;
BEGIN
    PERFORM pg_advisory_xact_lock({lock});
    SELECT * INTO c FROM govern_changerequest WHERE id = change FOR UPDATE;
    IF c.id IS NULL THEN
        RAISE EXCEPTION 'There is no such change request.' USING ERRCODE = 'no_data_found';
    END IF;
    IF c.content_digest <> govern_change_digest(c) OR NOT govern_is_proven(govern_submission_text(c), c.submission_proof) THEN
        RAISE EXCEPTION 'The content is not what was submitted.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN c;
END $$;

-- Returns whether it was this call that put the change in force.
CREATE FUNCTION govern_apply_change(p_change uuid, p_revision jsonb, p_by text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c govern_changerequest := govern_locked_change(p_change);
    written int;
BEGIN
    IF c.state = 'applied' THEN
        RETURN false;
    END IF;
    IF c.mode <> 'normal' OR c.state NOT IN ('approved', 'scheduled') THEN
        RAISE EXCEPTION 'A change request in state % cannot be applied.', c.state USING ERRCODE = 'check_violation';
    END IF;
    IF c.effective_at > clock_timestamp() THEN
        RAISE EXCEPTION 'The change takes effect at %.', c.effective_at USING ERRCODE = 'check_violation';
    END IF;
    IF c.apply_by < clock_timestamp() THEN
        RAISE EXCEPTION 'The change had to be applied by %.', c.apply_by USING ERRCODE = 'check_violation';
    END IF;
    PERFORM govern_require_approvals(c);
    PERFORM govern_put_in_force(c.id);
    written := govern_add_revision(p_revision, left('CR-' || c.number || ': ' || c.title, 500), p_by);
    UPDATE govern_changerequest SET state = 'applied', revision_id = written, applied_at = clock_timestamp(), applied_by_name = p_by
    WHERE id = c.id;
    RETURN true;
END $$;

CREATE FUNCTION govern_break_glass(p_change uuid, p_revision jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c govern_changerequest := govern_locked_change(p_change);
    written int;
BEGIN
    IF c.mode <> 'emergency' OR c.state <> 'draft' THEN
        RAISE EXCEPTION 'Only a break-glass draft comes into force unapproved.' USING ERRCODE = 'check_violation';
    END IF;
    IF c.lapses_at IS NULL OR c.lapses_at <= clock_timestamp() OR c.lapses_at > clock_timestamp() + interval '24 hours' THEN
        RAISE EXCEPTION 'A break-glass change lapses after at most 24 hours.' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM govern_changeitem WHERE change_id = c.id AND (kind IN ('approval_rule', 'membership') OR secret IS NOT NULL)) THEN
        RAISE EXCEPTION 'Who may approve, and secrets, cannot be changed by break-glass.' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM govern_put_in_force(c.id);
    written := govern_add_revision(p_revision, left('CR-' || c.number || ' (break-glass): ' || c.title, 500), c.requested_by_name);
    UPDATE govern_changerequest SET state = 'emergency', revision_id = written, applied_at = clock_timestamp(),
        applied_by_name = c.requested_by_name WHERE id = c.id;
END $$;

-- Ratified: two others approved, and whoever the rules ask for.
CREATE FUNCTION govern_ratify_change(p_change uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c govern_changerequest := govern_locked_change(p_change);
BEGIN
    IF c.state <> 'emergency' THEN
        RAISE EXCEPTION 'Only a break-glass change in force is ratified.' USING ERRCODE = 'check_violation';
    END IF;
    IF (SELECT count(DISTINCT govern_behind(person)) FROM govern_approvers(c)) < 2 THEN
        RAISE EXCEPTION 'Two others must ratify.' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM govern_require_approvals(c);
    UPDATE govern_changerequest SET state = 'applied' WHERE id = c.id;
END $$;

-- Takes a break-glass change out of force: what was there before is in force again, unless it has moved on since.
CREATE FUNCTION govern_revert_emergency(p_change uuid, p_revision jsonb, p_by text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c govern_changerequest := govern_locked_change(p_change);
    item govern_changeitem;
BEGIN
    IF c.state <> 'emergency' THEN
        RAISE EXCEPTION 'Only a break-glass change in force is reverted.' USING ERRCODE = 'check_violation';
    END IF;
    FOR item IN SELECT * FROM govern_changeitem WHERE change_id = c.id ORDER BY kind, object_name LOOP
        EXECUTE format('UPDATE %I SET active_version_id = $2 WHERE id = $1 AND active_version_id IS NOT DISTINCT FROM $3',
                       'govern_' || replace(item.kind, '_', '')) USING item.object_id, item.base_id, item.version_id;
    END LOOP;
    PERFORM govern_add_revision(p_revision, left('CR-' || c.number || ' (break-glass) reverted', 500), p_by);
    UPDATE govern_changerequest SET state = 'reverted' WHERE id = c.id;
END $$;

-- Turns traffic off. One person does it; nothing but a stop can be put in force this way.
CREATE FUNCTION govern_stop_traffic(p_object uuid, p_name text, p_canonical text, p_sha256 text, p_by bigint, p_revision jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who text := (SELECT username FROM govern_person WHERE id = p_by AND is_active);
BEGIN
    PERFORM pg_advisory_xact_lock({lock});
    IF who IS NULL THEN
        RAISE EXCEPTION 'Nobody by that number may sign in.' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM govern_activate('stop', p_object, NULL,
                            govern_add_version('stop', p_object, p_name, p_canonical, p_sha256, p_by, NULL), p_name);
    PERFORM govern_add_revision(p_revision, left('Stopped: ' || p_name, 500), who);
END $$;
"""

INTERNAL = (
    "govern_is_proven(text, text)",
    "govern_approvers(govern_changerequest)",
    "govern_set_roles(text, text)",
    "govern_activate(text, uuid, uuid, uuid, text)",
    "govern_add_version(text, uuid, text, text, text, bigint, uuid)",
    "govern_put_in_force(uuid)",
    "govern_add_revision(jsonb, text, text)",
    "govern_locked_change(uuid)",
)
"""Only ever called by the functions above; they would fail for want of rights, and are closed besides."""


def create_changes_sql(transitions: list[str], lock: int) -> str:
    """All of it. `transitions`: `from>to`; `lock`: the advisory lock under which what is in force changes."""
    return "\n".join(
        (
            PROOFS,
            DIGESTS,
            TRIGGERS.replace("{transitions}", " ".join(transitions)),
            APPROVALS,
            FORCE.replace("{kinds}", " ".join(KINDS)).replace("{{}}", "{}"),
            DOORS.replace("{lock}", str(lock)),
            *(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC;" for function in INTERNAL),
        )
    )
