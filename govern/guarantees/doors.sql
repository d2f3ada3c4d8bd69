-- The only ways into force. Each checks everything again, with the owner's rights.

CREATE FUNCTION govern_locked_change(change uuid) RETURNS govern_changerequest
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    c govern_changerequest;
BEGIN
    SELECT * INTO c FROM govern_changerequest WHERE id = change FOR UPDATE;
    IF c.id IS NULL THEN
        RAISE EXCEPTION 'There is no such change request.' USING ERRCODE = 'no_data_found';
    END IF;
    IF NOT govern_digest_holds(c) OR NOT govern_is_proven(govern_submission_text(c), c.submission_proof) THEN
        RAISE EXCEPTION 'The content is not what was submitted.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN c;
END $$;

-- Returns whether it was this call that put the change in force.
CREATE FUNCTION govern_apply_change(p_change uuid, p_revision jsonb, p_by text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
    IF EXISTS (SELECT FROM govern_changeitem i WHERE i.change_id = c.id AND (i.secret IS NOT NULL OR i.kind NOT IN (
            SELECT k.kind FROM govern_kind k WHERE k.by_break_glass))) THEN
        RAISE EXCEPTION 'Who may approve, and secrets, cannot be changed by break-glass.' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM govern_put_in_force(c.id);
    written := govern_add_revision(p_revision, left('CR-' || c.number || ' (break-glass): ' || c.title, 500), c.requested_by_name);
    UPDATE govern_changerequest SET state = 'emergency', revision_id = written, applied_at = clock_timestamp(),
        applied_by_name = c.requested_by_name WHERE id = c.id;
END $$;

-- Ratified: two others approved, and whoever the rules ask for.
CREATE FUNCTION govern_ratify_change(p_change uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    c govern_changerequest := govern_locked_change(p_change);
    item govern_changeitem;
BEGIN
    IF c.state <> 'emergency' THEN
        RAISE EXCEPTION 'Only a break-glass change in force is reverted.' USING ERRCODE = 'check_violation';
    END IF;
    FOR item IN SELECT * FROM govern_changeitem WHERE change_id = c.id ORDER BY kind, object_name LOOP
        EXECUTE format('UPDATE public.%I SET active_version_id = $2 WHERE id = $1 AND active_version_id IS NOT DISTINCT FROM $3',
                       govern_relation(item.kind)) USING item.object_id, item.base_id, item.version_id;
    END LOOP;
    PERFORM govern_add_revision(p_revision, left('CR-' || c.number || ' (break-glass) reverted', 500), p_by);
    UPDATE govern_changerequest SET state = 'reverted' WHERE id = c.id;
END $$;

CREATE FUNCTION govern_stop_traffic(p_object uuid, p_name text, p_canonical text, p_sha256 text, p_by bigint, p_revision jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    who text := (SELECT username FROM govern_person WHERE id = p_by AND is_active);
BEGIN
    IF who IS NULL THEN
        RAISE EXCEPTION 'Nobody by that number may sign in.' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM govern_activate('stop', p_object, NULL,
                            govern_add_version('stop', p_object, p_name, p_canonical, p_sha256, p_by, NULL), p_name);
    PERFORM govern_add_revision(p_revision, left('Stopped: ' || p_name, 500), who);
END $$;

-- A containment rule in force stops an application, for as long as the rule says.
CREATE FUNCTION govern_contain_application(p_object uuid, p_name text, p_canonical text, p_sha256 text, p_revision jsonb)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stop jsonb := p_canonical::jsonb;
    rule jsonb := (SELECT v.canonical::jsonb FROM govern_containment c JOIN govern_version v ON v.id = c.active_version_id
                   WHERE c.name = p_canonical::jsonb->>'rule' FOR SHARE OF c);
BEGIN
    IF rule IS NULL THEN
        RAISE EXCEPTION 'No containment rule of that name is in force.' USING ERRCODE = 'check_violation';
    END IF;
    IF stop->>'target' <> 'application' OR stop->>'reason' <> rule->>'reason'
       OR coalesce((stop->>'until')::timestamptz
                   BETWEEN clock_timestamp()
                   AND clock_timestamp() + (coalesce((rule->>'stop_minutes')::int, 60) + 1) * interval '1 minute', false) = false THEN
        RAISE EXCEPTION 'A containment rule stops an application for as long as it says.' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM govern_activate('stop', p_object, NULL,
                            govern_add_version('stop', p_object, p_name, p_canonical, p_sha256, NULL, NULL), p_name);
    PERFORM govern_add_revision(p_revision, left('Contained: ' || p_name, 500), 'containment');
END $$;

-- Ends a stop whose time is over.
CREATE FUNCTION govern_lapse_stop(p_object uuid, p_revision jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    stopped text;
    until timestamptz;
BEGIN
    SELECT s.name, (v.canonical::jsonb->>'until')::timestamptz INTO stopped, until
    FROM govern_stop s JOIN govern_version v ON v.id = s.active_version_id WHERE s.id = p_object FOR UPDATE OF s;
    IF coalesce(until > clock_timestamp(), true) THEN
        RAISE EXCEPTION 'The time of this stop is not over.' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE govern_stop SET active_version_id = NULL WHERE id = p_object;
    PERFORM govern_add_revision(p_revision, left('Its time was over: ' || stopped, 500), 'schedule');
END $$;

REVOKE ALL ON FUNCTION govern_locked_change(uuid) FROM PUBLIC;
