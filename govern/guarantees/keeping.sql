-- What is kept: a month of the trail is dropped, and what was said is erased, only where no legal hold covers it. Hold beats retention
-- beats erasure, whoever asks.

-- The records of the legal holds in force, with their names.
CREATE FUNCTION govern_holds() RETURNS TABLE (name text, applications text[], end_users text[], since timestamptz, until timestamptz)
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT h.name, ARRAY(SELECT jsonb_array_elements_text(coalesce(r->'applications', '[]'))),
        ARRAY(SELECT jsonb_array_elements_text(coalesce(r->'end_users', '[]'))), (r->>'since')::timestamptz, (r->>'until')::timestamptz
    FROM govern_legalhold h JOIN govern_version v ON v.id = h.active_version_id,
        LATERAL (SELECT coalesce(v.canonical::jsonb->'records', '{}') AS r) records
$$;

-- The name of a hold that covers what a call left, or NULL. Where an application records end users by name, a hold on anybody covers all
-- of them: a hold names people by marks alone. So does one whose call is not known, such as items that were added to a conversation.
CREATE FUNCTION govern_hold_of(p_call uuid, p_application text, p_at timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT h.name FROM govern_holds() h
    WHERE (h.since IS NULL OR h.since <= p_at) AND (h.until IS NULL OR p_at < h.until)
      AND (h.applications = '{}' OR p_application = ANY (h.applications))
      AND (h.end_users = '{}'
           OR NOT EXISTS (SELECT FROM audit_event e WHERE e.call_id = p_call)
           OR EXISTS (SELECT FROM audit_event e WHERE e.call_id = p_call AND position('"end_user":' in e.body::text) > 0
                      AND (e.body->'end_user'->>'id' = ANY (h.end_users) OR e.body->'end_user'->>'id' !~ '^eu-[0-9a-f]{32}$')))
    ORDER BY h.name LIMIT 1
$$;

-- No hold can come into force until this transaction has ended. One that is about to comes first.
CREATE FUNCTION govern_freeze_holds() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    LOCK TABLE public.govern_legalhold IN SHARE MODE;
END $$;

-- Texts of requests that wait to be run are no record: what was asked is kept beside the call, where policy says so.
CREATE FUNCTION govern_guard_held() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    hold text;
BEGIN
    PERFORM public.govern_freeze_holds();
    hold := public.govern_hold_of(OLD.call_id, OLD.application, OLD.at);
    IF hold IS NOT NULL THEN
        RAISE EXCEPTION 'The legal hold % covers what this call left: it stays.', hold USING ERRCODE = 'restrict_violation',
            HINT = 'A hold is released by a change request that retires it.';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER guard_held_erasure BEFORE UPDATE ON audit_payload FOR EACH ROW
    WHEN (OLD.purpose <> 'background' AND OLD.wrapped_key IS NOT NULL AND NEW.wrapped_key IS DISTINCT FROM OLD.wrapped_key)
    EXECUTE FUNCTION govern_guard_held();
CREATE TRIGGER guard_held_removal BEFORE DELETE ON audit_payload FOR EACH ROW
    WHEN (OLD.purpose <> 'background' AND OLD.wrapped_key IS NOT NULL)
    EXECUTE FUNCTION govern_guard_held();

-- What a hold covers does not run out: as long as it is in force its time is put off. Returns of how many rows.
CREATE FUNCTION govern_put_off_held() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    put_off integer;
BEGIN
    IF NOT EXISTS (SELECT FROM public.govern_holds()) THEN
        RETURN 0;
    END IF;
    UPDATE public.audit_payload SET expires_at = now() + interval '7 days'
    WHERE expires_at < now() + interval '3 days' AND wrapped_key IS NOT NULL AND purpose <> 'background'
      AND public.govern_hold_of(call_id, application, at) IS NOT NULL;
    GET DIAGNOSTICS put_off = ROW_COUNT;
    RETURN put_off;
END $$;

-- Why a month of the trail stays, as `word` or `word:detail`; NULL if it may go. A clock that leaps ahead lets nothing go for a day: how
-- old a month is, is measured by a checkpoint that was sealed a day ago.
CREATE FUNCTION govern_why_kept(p_partition text) RETURNS text LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    begins timestamptz;
    ends timestamptz;
    days int := (SELECT max(coalesce((v.canonical::jsonb->>'trail_days')::int, 400))
                 FROM govern_retention r JOIN govern_version v ON v.id = r.active_version_id);
    held record;
    found boolean;
BEGIN
    IF p_partition !~ '^audit_event_[0-9]{4}_[0-9]{2}$' OR NOT EXISTS (
            SELECT FROM pg_inherits WHERE inhparent = 'public.audit_event'::regclass AND inhrelid = to_regclass('public.' || p_partition)) THEN
        RETURN 'missing';
    END IF;
    IF days IS NULL THEN
        RETURN 'no_rule';
    END IF;
    begins := (replace(right(p_partition, 7), '_', '-') || '-01 00:00:00+00')::timestamptz;
    ends := ((begins AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    IF ends + greatest(days, 184) * interval '1 day' > now()
       OR ends + greatest(days, 184) * interval '1 day'
          > coalesce((SELECT max(at) FROM audit_checkpoint WHERE at <= now() - interval '1 day'), '-infinity') THEN
        RETURN 'young:' || to_char((ends + greatest(days, 184) * interval '1 day') AT TIME ZONE 'UTC', 'YYYY-MM-DD');
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I e JOIN (SELECT seq_from, xid_to FROM public.audit_checkpoint ORDER BY number DESC'
        ' LIMIT 1) last ON e.seq > last.seq_from AND e.xid >= last.xid_to)', p_partition) INTO found;
    IF found THEN
        RETURN 'unsealed';
    END IF;
    FOR held IN SELECT * FROM govern_holds() h
                WHERE (h.since IS NULL OR h.since < ends) AND (h.until IS NULL OR begins < h.until) ORDER BY h.name LOOP
        -- A month goes as a whole: a hold on people keeps every month of its span in which their applications called.
        EXECUTE format('SELECT $1 = ''{}'' OR EXISTS (SELECT FROM public.%I WHERE application = ANY ($1))', p_partition)
            INTO found USING held.applications;
        IF found THEN
            RETURN 'held:' || held.name;
        END IF;
    END LOOP;
    IF EXISTS (SELECT FROM audit_violation WHERE state IN ('new', 'triaged', 'investigating', 'contained')
               AND first_at < ends AND last_at >= begins) THEN
        RETURN 'open_case';
    END IF;
    RETURN NULL;
END $$;

-- Drops a month with the owner's rights and notes what was signed about it. False where somebody else was first.
CREATE FUNCTION govern_drop_month(p_partition text, p_statement text, p_signature text, p_key_id text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    why text;
    here bigint;
    told bigint;
    runs int8multirange;
BEGIN
    PERFORM govern_consume_proof('trail.dropped', ARRAY[p_partition, p_statement], 'A month is dropped by Govern and in no other way.');
    PERFORM pg_advisory_xact_lock(hashtext('govern_drop_month'));
    LOCK TABLE public.govern_legalhold, public.govern_retention IN SHARE MODE;
    why := govern_why_kept(p_partition);
    IF why = 'missing' THEN
        RETURN false;
    ELSIF why IS NOT NULL THEN
        RAISE EXCEPTION 'The month % stays (%).', p_partition, why USING ERRCODE = 'restrict_violation';
    END IF;
    EXECUTE format('LOCK TABLE public.%I IN SHARE MODE', p_partition);
    SELECT range_agg(int8range((run->>0)::bigint, (run->>1)::bigint, '[]')), sum((run->>1)::bigint - (run->>0)::bigint + 1)
        INTO runs, told FROM jsonb_array_elements(p_statement::jsonb->'seqs') run;
    EXECUTE format('SELECT count(*) FILTER (WHERE seq <@ $1) FROM public.%I HAVING count(*) = $2', p_partition)
        INTO here USING coalesce(runs, '{}'), coalesce(told, 0);
    IF here IS DISTINCT FROM coalesce(told, 0) OR (p_statement::jsonb->>'events')::bigint <> here
       OR p_statement::jsonb->>'partition' <> p_partition THEN
        RAISE EXCEPTION 'What was signed is not what % holds.', p_partition USING ERRCODE = 'restrict_violation';
    END IF;
    INSERT INTO public.audit_dropped_month (partition, statement, signature, key_id, dropped_at)
    VALUES (p_partition, p_statement, p_signature, p_key_id, clock_timestamp());
    EXECUTE format('DROP TABLE public.%I', p_partition);
    RETURN true;
END $$;

REVOKE ALL ON FUNCTION govern_freeze_holds() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION govern_freeze_holds() TO govern_app;
