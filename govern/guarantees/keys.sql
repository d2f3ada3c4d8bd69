-- API keys are issued, replaced and revoked through Govern.

CREATE FUNCTION govern_guard_key() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    revoked CONSTANT text[] := ARRAY['revoked_at', 'revoked_by_id', 'revoked_reason'];
    replaced CONSTANT text[] := ARRAY['replaced_at', 'expires_at', 'stamp'];
BEGIN
    IF public.govern_acts_as_owner() THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM public.govern_consume_proof('key.issued', ARRAY[NEW.id::text, NEW.application_id::text, NEW.name, NEW.digest, NEW.stamp,
            NEW.prefix, NEW.last_four, NEW.created_by_id::text, public.govern_instant(NEW.expires_at), NEW.replaces_id::text],
            'An API key is issued through Govern and in no other way.');
        IF NEW.revoked_at IS NOT NULL OR NEW.replaced_at IS NOT NULL THEN
            RAISE EXCEPTION 'An API key is issued unrevoked.' USING ERRCODE = 'insufficient_privilege';
        END IF;
        NEW.created_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.revoked_at IS NULL AND OLD.replaced_at IS NULL AND NEW.replaced_at IS NOT NULL
       AND NEW.expires_at <= coalesce(OLD.expires_at, 'infinity')
       AND to_jsonb(NEW) - replaced = to_jsonb(OLD) - replaced THEN
        PERFORM public.govern_consume_proof('key.replaced', ARRAY[NEW.id::text, NEW.stamp, public.govern_instant(NEW.expires_at)],
            'An API key is rotated through Govern and in no other way.');
        NEW.replaced_at := clock_timestamp();
        IF EXISTS (SELECT FROM public.govern_apikey k WHERE k.application_id = NEW.application_id AND k.name = NEW.name
                   AND k.id <> NEW.id AND k.revoked_at IS NULL AND k.replaced_at IS NOT NULL AND k.expires_at > clock_timestamp()) THEN
            RAISE EXCEPTION 'Two secrets of a key work at most.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL OR NEW.revoked_at IS NULL
       OR to_jsonb(NEW) - revoked <> to_jsonb(OLD) - revoked THEN
        RAISE EXCEPTION 'An API key can be revoked or replaced, once and for good, and nothing else of it can be changed.'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.revoked_at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE TRIGGER guard_key BEFORE INSERT OR UPDATE OR DELETE ON govern_apikey FOR EACH ROW EXECUTE FUNCTION govern_guard_key();
