-- What is written once stays, and gateways hear of every change.

CREATE FUNCTION govern_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is written once: % is refused. Add a new version through a change request instead.', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION govern_announce() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM pg_notify('govern_snapshot', TG_TABLE_NAME);
    RETURN NULL;
END $$;

CREATE TRIGGER refuse_rewriting BEFORE UPDATE OR DELETE ON govern_version FOR EACH ROW EXECUTE FUNCTION govern_refuse_rewriting();
CREATE TRIGGER refuse_truncating BEFORE TRUNCATE ON govern_version FOR EACH STATEMENT EXECUTE FUNCTION govern_refuse_rewriting();
CREATE TRIGGER refuse_rewriting BEFORE UPDATE OR DELETE ON govern_revision FOR EACH ROW EXECUTE FUNCTION govern_refuse_rewriting();
CREATE TRIGGER refuse_truncating BEFORE TRUNCATE ON govern_revision FOR EACH STATEMENT EXECUTE FUNCTION govern_refuse_rewriting();
CREATE TRIGGER refuse_rewriting BEFORE UPDATE OR DELETE ON govern_credentialsecret FOR EACH ROW EXECUTE FUNCTION govern_refuse_rewriting();
CREATE TRIGGER refuse_truncating BEFORE TRUNCATE ON govern_credentialsecret FOR EACH STATEMENT EXECUTE FUNCTION govern_refuse_rewriting();
CREATE TRIGGER refuse_deleting BEFORE DELETE ON govern_simulation FOR EACH ROW EXECUTE FUNCTION govern_refuse_rewriting();
CREATE TRIGGER refuse_truncating BEFORE TRUNCATE ON govern_simulation FOR EACH STATEMENT EXECUTE FUNCTION govern_refuse_rewriting();

CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON govern_revision FOR EACH STATEMENT EXECUTE FUNCTION govern_announce();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON govern_apikey FOR EACH STATEMENT EXECUTE FUNCTION govern_announce();
CREATE TRIGGER announce AFTER INSERT OR UPDATE OR DELETE ON govern_credentialsecret FOR EACH STATEMENT EXECUTE FUNCTION govern_announce();
