-- What the digest of a change covers, and the texts that proofs are over. `govern.changes.digest` and `.proofs` spell them out alike.

CREATE FUNCTION govern_instant(at timestamptz) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT coalesce(((extract(epoch FROM at) * 1000000)::bigint)::text, '-')
$$;

-- The digest of submissions from before the one below; they keep it.
CREATE FUNCTION govern_change_digest_1(c govern_changerequest) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT encode(sha256(convert_to(
        concat_ws(E'\n', 'govern/change', govern_instant(c.effective_at), govern_instant(c.apply_by)) || E'\n' || coalesce((
            SELECT string_agg(concat_ws(E'\t', i.action, i.kind, i.object_id, i.object_name,
                                        CASE i.canonical WHEN '' THEN '' ELSE encode(sha256(convert_to(i.canonical, 'UTF8')), 'hex') END,
                                        coalesce(i.base_id::text, '-'), i.secret_sha256), E'\n'
                              ORDER BY i.kind COLLATE "C", i.object_name COLLATE "C")
            FROM govern_changeitem i WHERE i.change_id = c.id), ''), 'UTF8')), 'hex')
$$;

-- As `govern.changes.digest.change_digest`.
CREATE FUNCTION govern_change_digest(c govern_changerequest) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT encode(sha256(convert_to(
        to_jsonb(ARRAY['govern/change/2', c.title, c.reason, c.assessment::text, c.mode, c.incident, govern_instant(c.lapses_at),
                       govern_instant(c.submitted_at), govern_instant(c.effective_at), govern_instant(c.approve_by),
                       govern_instant(c.apply_by), coalesce(c.rolls_back_id::text, '-')]::text[])::text || E'\n' || coalesce((
            SELECT string_agg(to_jsonb(ARRAY[
                       i.action, i.kind, i.object_id::text, i.object_name,
                       CASE i.canonical WHEN '' THEN '' ELSE encode(sha256(convert_to(i.canonical, 'UTF8')), 'hex') END,
                       coalesce(i.base_id::text, '-'), i.secret_sha256, i.author_id::text]::text[])::text, E'\n'
                       ORDER BY i.kind COLLATE "C", i.object_name COLLATE "C")
            FROM govern_changeitem i WHERE i.change_id = c.id), ''), 'UTF8')), 'hex')
$$;

-- Submissions from before keep the digest they were made with; new ones have none but the new.
CREATE FUNCTION govern_digest_holds(c govern_changerequest) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.content_digest IN (govern_change_digest(c), govern_change_digest_1(c))
$$;

CREATE FUNCTION govern_submission_text(c govern_changerequest) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT concat_ws(E'\n', 'govern/submission', c.id, c.content_digest, c.requested_by_id, c.mode, c.risk,
                     (SELECT string_agg(person_id::text, ',' ORDER BY person_id) FROM govern_changeauthor
                      WHERE change_id = c.id))
$$;

CREATE FUNCTION govern_review_text(r govern_review) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT concat_ws(E'\n', 'govern/review', r.change_id, r.digest, r.reviewer_id, r.verdict, r.risk)
$$;

CREATE FUNCTION govern_review_text(r govern_review, previous text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT concat_ws(E'\n', 'govern/review/2', r.change_id, r.digest, r.reviewer_id, r.verdict, r.risk, r.place, previous)
$$;
