-- Simulations: for what was submitted, and never changed once they have ended.

CREATE FUNCTION govern_guard_simulation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' OR NOT EXISTS (
            SELECT FROM govern_changerequest WHERE id = NEW.change_id AND content_digest = NEW.digest AND NEW.digest <> '') THEN
            RAISE EXCEPTION 'A simulation starts as waiting, for what its change was submitted with.' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state IN ('finished', 'failed') THEN
        RAISE EXCEPTION 'A simulation that has ended stays as it is. Run another one.' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.id, NEW.change_id, NEW.digest, NEW.asked_by_name, NEW.created_at)
       IS DISTINCT FROM (OLD.id, OLD.change_id, OLD.digest, OLD.asked_by_name, OLD.created_at) THEN
        RAISE EXCEPTION 'What a simulation replays is written once.' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'finished' AND (
        NEW.result_sha256 <> encode(sha256(convert_to(NEW.result, 'UTF8')), 'hex')
        OR NOT govern_is_proven(concat_ws(E'\n', 'govern/simulation', NEW.id, NEW.change_id, NEW.digest, NEW.base_revision,
                                          NEW.result_sha256), NEW.proof)) THEN
        RAISE EXCEPTION 'This result was not made by Govern: its hash or its proof is wrong.' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER guard_simulation BEFORE INSERT OR UPDATE ON govern_simulation FOR EACH ROW EXECUTE FUNCTION govern_guard_simulation();
