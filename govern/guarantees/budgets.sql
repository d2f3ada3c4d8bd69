-- Budget accounts move by Govern's word alone (`govern.budgets.accounts`), and a freeze ends by a person's.

-- The accounts, locked in one order, with who is frozen on them. Locked first: what is read of freezes is then what the last holder wrote.
CREATE FUNCTION govern_lock_accounts(p_ids uuid[], p_starts date[], p_open boolean)
RETURNS TABLE (budget_id uuid, period_start date, version bigint, settled_nano_usd bigint, reserved_nano_usd bigint,
               frozen text[], freezes text, session integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF p_open THEN
        INSERT INTO public.govern_budgetaccount (budget_id, period_start, settled_nano_usd, reserved_nano_usd)
        SELECT n.id, n.start, 0, 0 FROM unnest(p_ids, p_starts) AS n (id, start) ON CONFLICT DO NOTHING;
    END IF;
    PERFORM 1 FROM public.govern_budgetaccount a
        WHERE (a.budget_id, a.period_start) IN (SELECT * FROM unnest(p_ids, p_starts))
        ORDER BY a.budget_id, a.period_start FOR UPDATE;
    RETURN QUERY
        SELECT a.budget_id, a.period_start, a.version, a.settled_nano_usd, a.reserved_nano_usd,
               coalesce((SELECT array_agg(f.application::text) FROM public.govern_budgetfreeze f
                         WHERE f.budget_id = a.budget_id AND f.lifted_at IS NULL), '{}'),
               coalesce((SELECT string_agg(f.id::text, ',' ORDER BY f.id) FROM public.govern_budgetfreeze f
                         WHERE f.budget_id = a.budget_id AND f.lifted_at IS NULL), ''), pg_backend_pid()
        FROM public.govern_budgetaccount a
        WHERE (a.budget_id, a.period_start) IN (SELECT * FROM unnest(p_ids, p_starts));
END $$;

-- Balances over the versions that they were decided on: all, or none where one has moved since. Where the decision was made without a lock
-- on the account, the freezes that it was made under (p_freezes) are looked at again as well.
CREATE FUNCTION govern_write_accounts(p_ids uuid[], p_starts date[], p_versions bigint[], p_settled bigint[], p_reserved bigint[],
                                      p_ceilings bigint[], p_freezes text[], p_stamps text[], p_proof text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET datestyle = 'ISO' AS $$
BEGIN
    IF NOT public.govern_is_proven(concat_ws(E'\n', 'govern/accounts', pg_backend_pid()::text, p_ids::text, p_starts::text,
                                             p_versions::text, p_settled::text, p_reserved::text, p_ceilings::text), p_proof) THEN
        RAISE EXCEPTION 'Budget accounts are moved by Govern and in no other way.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- One by one in the given order, which is everybody's: a statement over all of them is planned again each time.
    FOR i IN 1 .. cardinality(p_ids) LOOP
        UPDATE public.govern_budgetaccount AS a
        SET version = a.version + 1, settled_nano_usd = p_settled[i], reserved_nano_usd = p_reserved[i], stamp = p_stamps[i],
            ceiling_nano_usd = CASE WHEN p_ceilings[i] IS NULL AND p_settled[i] + p_reserved[i] > a.ceiling_nano_usd
                                    THEN p_settled[i] + p_reserved[i] ELSE coalesce(p_ceilings[i], a.ceiling_nano_usd) END
        WHERE a.budget_id = p_ids[i] AND a.period_start = p_starts[i] AND a.version = p_versions[i]
          AND (p_freezes[i] IS NULL
               OR p_freezes[i] = coalesce((SELECT string_agg(f.id::text, ',' ORDER BY f.id) FROM public.govern_budgetfreeze f
                                           WHERE f.budget_id = a.budget_id AND f.lifted_at IS NULL), ''));
        IF NOT FOUND THEN
            RAISE EXCEPTION 'An account moved since it was read.' USING ERRCODE = 'serialization_failure';
        END IF;
    END LOOP;
END $$;

-- What was spent stays spent, also for the owner, unless they say so by disabling this.
CREATE FUNCTION govern_refuse_unspending() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'What was settled in a period only grows.' USING ERRCODE = 'restrict_violation';
END $$;

-- Freezing needs no proof, since it only ever refuses; lifting needs one that is bound to the freeze, the person and the reason.
CREATE FUNCTION govern_guard_freeze() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    lifted CONSTANT text[] := ARRAY['lifted_at', 'lifted_by_id', 'lifted_reason'];
BEGIN
    IF public.govern_acts_as_owner() THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.lifted_at IS NOT NULL THEN
            RAISE EXCEPTION 'A freeze begins unlifted.' USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.lifted_at IS NOT NULL OR NEW.lifted_at IS NULL
       OR to_jsonb(NEW) - lifted <> to_jsonb(OLD) - lifted THEN
        RAISE EXCEPTION 'A freeze can be lifted, once, and nothing else of it can be changed.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM public.govern_consume_proof('freeze.lifted', ARRAY[NEW.id::text, NEW.lifted_by_id::text, NEW.lifted_reason],
        'A freeze is lifted through Govern and in no other way.');
    NEW.lifted_at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE TRIGGER refuse_unspending BEFORE UPDATE ON govern_budgetaccount FOR EACH ROW
    WHEN (NEW.settled_nano_usd < OLD.settled_nano_usd OR NEW.budget_id <> OLD.budget_id OR NEW.period_start <> OLD.period_start)
    EXECUTE FUNCTION govern_refuse_unspending();
CREATE TRIGGER guard_freeze BEFORE INSERT OR UPDATE OR DELETE ON govern_budgetfreeze FOR EACH ROW EXECUTE FUNCTION govern_guard_freeze();
