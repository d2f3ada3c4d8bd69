-- What is written into the trail and its cases is what Govern saw or what a person did through Govern, when it happened.
-- Calls are written by the gateway on its hot path, so the conditions of their triggers are plain comparisons; everything that people do
-- spends a proof (`audit.trail.vouching`).

CREATE FUNCTION govern_guard_time() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT public.govern_acts_as_owner() THEN
        RAISE EXCEPTION 'An event is recorded when it happens: % is more than five minutes from the time of the database.', NEW.at
            USING ERRCODE = 'restrict_violation', HINT = 'Set the clock of the machine that wrote it.';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION govern_guard_event() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT public.govern_acts_as_owner() THEN
        PERFORM public.govern_consume_proof('trail.event', ARRAY[NEW.id::text, NEW.type, NEW.actor, NEW.call_id::text, NEW.application,
            NEW.team, NEW.key, NEW.model, NEW.code, NEW.revision::text, NEW.body::text],
            'What people do is recorded by Govern and in no other way.');
    END IF;
    RETURN NULL;
END $$;

-- A case counts up; only people move it, and only Govern says that they did.
CREATE FUNCTION govern_guard_case() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    ranks CONSTANT text[] := ARRAY['low', 'medium', 'high', 'critical'];
BEGIN
    IF public.govern_acts_as_owner() THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'new' OR NEW.assignee <> '' OR NEW.reopened_at IS NOT NULL
           OR NEW.last_at NOT BETWEEN now() - interval '5 minutes' AND now() + interval '5 minutes'
           OR NEW.due_at > now() + interval '15 days' THEN
            RAISE EXCEPTION 'A case is opened when something is seen, as new.' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.count > OLD.count THEN
        IF NEW.first_at > OLD.first_at OR NEW.last_at < OLD.last_at OR NEW.assignee <> OLD.assignee
           OR NEW.last_at > now() + interval '5 minutes'
           OR array_position(ranks, NEW.severity) < array_position(ranks, OLD.severity)
           OR (NEW.due_at > OLD.due_at AND OLD.state <> 'resolved')
           OR (NEW.state <> OLD.state AND NOT (OLD.state = 'resolved' AND NEW.state = 'new')) THEN
            RAISE EXCEPTION 'What was seen of a case only grows.' USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - ARRAY['state', 'assignee'] <> to_jsonb(OLD) - ARRAY['state', 'assignee'] THEN
        RAISE EXCEPTION 'What was seen of a case only grows.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM public.govern_consume_proof('violation.worked', ARRAY[NEW.id::text, OLD.state, NEW.state, NEW.assignee],
        'A case is worked through Govern and in no other way.');
    RETURN NEW;
END $$;

CREATE FUNCTION govern_guard_case_comment() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT public.govern_acts_as_owner() THEN
        PERFORM public.govern_consume_proof('violation.commented', ARRAY[NEW.violation_id::text, NEW.author, NEW.text],
            'A comment is written through Govern and in no other way.');
        NEW.at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;

-- What counts for containment is forgotten once no rule could count it any more (`govern/policy/containment_body.py`), and in no other
-- way: who could remove it could keep an application from being stopped. Returns how many rows.
CREATE FUNCTION govern_forget_sightings() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    forgotten integer;
BEGIN
    DELETE FROM public.audit_recent_sighting WHERE at < now() - interval '2 days';
    GET DIAGNOSTICS forgotten = ROW_COUNT;
    RETURN forgotten;
END $$;

-- After the row and not before: a trigger before it would take the trail's COPY its speed.
CREATE TRIGGER guard_time AFTER INSERT ON audit_event FOR EACH ROW
    WHEN (NEW.at < now() - interval '5 minutes' OR NEW.at > now() + interval '5 minutes')
    EXECUTE FUNCTION govern_guard_time();
CREATE TRIGGER guard_time AFTER INSERT ON audit_recent_sighting FOR EACH ROW
    WHEN (NEW.at < now() - interval '5 minutes' OR NEW.at > now() + interval '5 minutes')
    EXECUTE FUNCTION govern_guard_time();
CREATE TRIGGER guard_event AFTER INSERT ON audit_event FOR EACH ROW
    WHEN (NEW.type NOT IN ('call.intent', 'call.outcome', 'call.fallback', 'call.rejected', 'violation.opened', 'violation.reopened'))
    EXECUTE FUNCTION govern_guard_event();
CREATE TRIGGER guard_case BEFORE INSERT OR UPDATE ON audit_violation FOR EACH ROW EXECUTE FUNCTION govern_guard_case();
CREATE TRIGGER guard_comment BEFORE INSERT ON audit_violation_comment FOR EACH ROW EXECUTE FUNCTION govern_guard_case_comment();
