-- The steps of a change request and what may be written around it.

CREATE FUNCTION govern_guard_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' THEN
            RAISE EXCEPTION 'A change request starts as a draft.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.id <> OLD.id OR NEW.number <> OLD.number OR NEW.requested_by_id <> OLD.requested_by_id
       OR NEW.requested_by_name <> OLD.requested_by_name OR NEW.rolls_back_id IS DISTINCT FROM OLD.rolls_back_id
       OR NEW.created_at <> OLD.created_at THEN
        RAISE EXCEPTION 'Who requested a change, and its number, are written once.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state <> OLD.state AND NOT (OLD.state || '>' || NEW.state = ANY (string_to_array(TG_ARGV[0], ' '))) THEN
        RAISE EXCEPTION 'A change request in state % cannot become %.', OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state NOT IN ('draft', 'changes_requested') AND (
        NEW.title, NEW.reason, NEW.assessment, NEW.mode, NEW.incident, NEW.lapses_at, NEW.risk, NEW.submitted_at, NEW.effective_at,
        NEW.approve_by, NEW.apply_by, NEW.content_digest, NEW.submission_proof) IS DISTINCT FROM (
        OLD.title, OLD.reason, OLD.assessment, OLD.mode, OLD.incident, OLD.lapses_at, OLD.risk, OLD.submitted_at, OLD.effective_at,
        OLD.approve_by, OLD.apply_by, OLD.content_digest, OLD.submission_proof) THEN
        RAISE EXCEPTION 'What was submitted stays as it was; make it a draft again to change it.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'in_review' AND OLD.state <> 'in_review' AND (
        NEW.content_digest <> govern_change_digest(NEW)
        OR NOT govern_is_proven(govern_submission_text(NEW), NEW.submission_proof)) THEN
        RAISE EXCEPTION 'This submission was not made by Govern: its digest or its proof is wrong.' USING ERRCODE = 'check_violation';
    END IF;
    -- Into force it comes by the functions of the owner (guard_force); every other step is somebody's, and Govern says whose.
    IF NEW.state <> OLD.state AND NEW.state NOT IN ('applied', 'emergency', 'reverted') THEN
        PERFORM govern_consume_proof('change.moved', ARRAY[NEW.id::text, OLD.state, NEW.state, NEW.content_digest,
            coalesce(current_setting('govern.actor', true), '')], 'This step of a change was not made by Govern.');
    END IF;
    IF NEW.state IN ('approved', 'scheduled') AND NEW.state <> OLD.state THEN
        PERFORM govern_require_approvals(OLD);
    END IF;
    RETURN NEW;
END $$;

-- Runs with the caller's rights, so that it knows whether one of the functions below calls.
CREATE FUNCTION govern_guard_force() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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

CREATE FUNCTION govern_note_transition() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
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

CREATE FUNCTION govern_guard_item() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
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

CREATE FUNCTION govern_guard_review() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    c govern_changerequest;
    last govern_review;
BEGIN
    SELECT * INTO c FROM govern_changerequest WHERE id = NEW.change_id FOR UPDATE;
    IF c.state NOT IN ('in_review', 'approved', 'scheduled', 'emergency') THEN
        RAISE EXCEPTION 'A change request in state % is not in review.', c.state USING ERRCODE = 'check_violation';
    END IF;
    IF c.state = 'in_review' AND c.approve_by < clock_timestamp() THEN
        RAISE EXCEPTION 'The change had to be approved by %.', c.approve_by USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.digest <> c.content_digest OR NEW.risk <> c.risk THEN
        RAISE EXCEPTION 'The change was edited since the reviewer looked at it.' USING ERRCODE = 'check_violation';
    END IF;
    IF govern_is_behind(c.id, NEW.reviewer_id) THEN
        RAISE EXCEPTION 'Nobody reviews a change that they requested or wrote.' USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO last FROM govern_review WHERE change_id = c.id ORDER BY place DESC LIMIT 1;
    IF NEW.place <> coalesce(last.place, 0) + 1
       OR NOT govern_is_proven(govern_review_text(NEW, coalesce(last.proof, '')), NEW.proof) THEN
        RAISE EXCEPTION 'This review was not made by Govern: its proof or its place is wrong.' USING ERRCODE = 'check_violation';
    END IF;
    PERFORM govern_consume_proof('change.reviewed', ARRAY[NEW.id::text, NEW.proof, NEW.reviewer_name, NEW.groups, NEW.reason,
        NEW.second_factor], 'This review was not made by Govern.');
    NEW.created_at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE FUNCTION govern_guard_comment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM govern_consume_proof('change.commented', ARRAY[NEW.id::text, NEW.change_id::text, NEW.author_id::text, NEW.author_name,
        NEW.text], 'This comment was not made by Govern.');
    NEW.created_at := clock_timestamp();
    RETURN NEW;
END $$;

-- Who is an author is under the proof of the submission: added later, they would only spoil it.
CREATE FUNCTION govern_guard_author() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (SELECT state FROM govern_changerequest WHERE id = NEW.change_id FOR UPDATE) NOT IN ('draft', 'changes_requested') THEN
        RAISE EXCEPTION 'What was submitted has its authors.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- The transitions are those of `govern.models.change.TRANSITIONS`.
CREATE TRIGGER guard_change BEFORE INSERT OR UPDATE ON govern_changerequest FOR EACH ROW EXECUTE FUNCTION govern_guard_change('draft>in_review draft>withdrawn draft>emergency in_review>approved in_review>changes_requested in_review>rejected in_review>withdrawn in_review>expired in_review>draft changes_requested>draft changes_requested>withdrawn changes_requested>in_review approved>scheduled approved>applied approved>withdrawn approved>expired approved>draft approved>changes_requested approved>rejected scheduled>applied scheduled>withdrawn scheduled>expired scheduled>draft scheduled>changes_requested scheduled>rejected emergency>applied emergency>reverted');
CREATE TRIGGER guard_force BEFORE UPDATE ON govern_changerequest FOR EACH ROW EXECUTE FUNCTION govern_guard_force();
CREATE TRIGGER note_transition AFTER INSERT OR UPDATE ON govern_changerequest FOR EACH ROW EXECUTE FUNCTION govern_note_transition();
CREATE TRIGGER guard_item BEFORE INSERT OR UPDATE OR DELETE ON govern_changeitem FOR EACH ROW EXECUTE FUNCTION govern_guard_item();
CREATE TRIGGER guard_review BEFORE INSERT ON govern_review FOR EACH ROW EXECUTE FUNCTION govern_guard_review();
CREATE TRIGGER guard_comment BEFORE INSERT ON govern_changecomment FOR EACH ROW EXECUTE FUNCTION govern_guard_comment();
CREATE TRIGGER guard_author BEFORE INSERT ON govern_changeauthor FOR EACH ROW EXECUTE FUNCTION govern_guard_author();
