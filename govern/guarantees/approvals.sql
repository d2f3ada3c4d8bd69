-- Who may speak on a change, whose approvals count, and how many are needed.

-- Where a chain of people who set each other's credentials ends. In a circle, the first of it.
CREATE FUNCTION govern_behind(person bigint) RETURNS bigint LANGUAGE plpgsql STABLE
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
CREATE FUNCTION govern_is_behind(change uuid, person bigint) RETURNS boolean LANGUAGE sql STABLE
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

-- Reviewers whose last word on this very submission is an approval, who had no hand in it and may sign in today. Nobody's counts while
-- the reviews of the change are not the unbroken row that Govern wrote.
CREATE FUNCTION govern_approvers(c govern_changerequest) RETURNS TABLE (person bigint)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    WITH chain AS MATERIALIZED (
        SELECT r.*, row_number() OVER w AS found_at,
               (govern_is_proven(govern_review_text(r, coalesce(lag(r.proof) OVER w, '')), r.proof)
                OR govern_is_proven(govern_review_text(r), r.proof)) AS proven
        FROM govern_review r WHERE r.change_id = c.id WINDOW w AS (ORDER BY r.place)
    ), last AS (
        SELECT DISTINCT ON (reviewer_id) * FROM chain WHERE digest = c.content_digest AND risk = c.risk
        ORDER BY reviewer_id, place DESC
    )
    SELECT last.reviewer_id FROM last JOIN govern_person p ON p.id = last.reviewer_id AND p.is_active
    WHERE last.verdict = 'approve' AND NOT govern_is_behind(c.id, last.reviewer_id)
      AND NOT EXISTS (SELECT FROM chain WHERE found_at <> place OR NOT proven)
$$;

-- What the approval rules in force ask of a change of these kinds at this risk; where no rule speaks, two approvers.
CREATE FUNCTION govern_requirements(p_kinds text[], p_risk text) RETURNS TABLE (rule text, quorum int, groups text[])
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
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
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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

CREATE FUNCTION govern_require_approvals(c govern_changerequest) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
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

REVOKE ALL ON FUNCTION govern_approvers(govern_changerequest) FROM PUBLIC;
