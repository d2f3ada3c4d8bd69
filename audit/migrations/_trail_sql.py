"""SQL of the trail's table: what Django has no words for. Used by 0001_initial; later changes get files of their own."""

CREATE_TRAIL = """
CREATE TABLE audit_event (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    id uuid NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    type text NOT NULL,
    call_id uuid,
    application text,
    team text,
    key text,
    actor text,
    model text,
    status smallint,
    code text,
    verdict text,
    cost_nano_usd bigint,
    revision integer,
    body json NOT NULL,
    instance bigint,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (seq, at)
) PARTITION BY RANGE (at);

CREATE INDEX audit_event_call ON audit_event (call_id) WHERE call_id IS NOT NULL;
CREATE INDEX audit_event_outcome ON audit_event (at, seq) WHERE type = 'call.outcome';
CREATE INDEX audit_event_application ON audit_event (application, at, seq) WHERE type = 'call.outcome';
CREATE INDEX audit_event_model ON audit_event (model, at, seq) WHERE type = 'call.outcome';
CREATE INDEX audit_event_code ON audit_event (code, at, seq) WHERE type = 'call.outcome' AND code IS NOT NULL;
CREATE INDEX audit_event_verdict ON audit_event (verdict, at, seq) WHERE type = 'call.outcome' AND verdict <> 'allow';
CREATE INDEX audit_event_status ON audit_event (status, at, seq) WHERE type = 'call.outcome' AND status <> 200;
CREATE INDEX audit_event_no_call ON audit_event (at, seq) WHERE call_id IS NULL;
CREATE INDEX audit_event_at ON audit_event USING brin (at) WITH (pages_per_range = 32, autosummarize = on);
"""

# Used by 0003_payloads_and_rejections. They are few; without it a list of them would read every event.
INDEX_REJECTED = """
CREATE INDEX audit_event_rejected ON audit_event (at, seq) WHERE type = 'call.rejected';
"""

# Bodies compress well but are read rarely: lz4 costs the writer least. Set where the server was built with it.
COMPRESS_BODIES = """
DO $$ BEGIN
    ALTER TABLE audit_event ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
"""

# Row triggers on a partitioned table are cloned to its partitions; statement triggers are not, and TRUNCATE has no others.
REFUSE_CHANGES = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only: % of % is refused', lower(TG_OP), TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation',
              HINT = 'Record a new event that corrects the old one. Retention drops whole months after exporting them.';
END $$;

CREATE TRIGGER audit_refuse_change BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_refuse_change();
CREATE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
"""

# The table is filled in before it is attached, because CREATE TABLE … PARTITION OF would lock out the writers and ATTACH
# does not. SECURITY DEFINER: the application's role may have partitions made, and nothing else.
ENSURE_PARTITIONS = """
CREATE FUNCTION audit_ensure_partitions(months_ahead integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    this_month CONSTANT timestamp := date_trunc('month', now() AT TIME ZONE 'UTC');
    month timestamp;
    partition text;
    made integer := 0;
BEGIN
    IF months_ahead NOT BETWEEN 0 AND 24 THEN
        RAISE EXCEPTION 'months_ahead must be from 0 to 24' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR ahead IN -1 .. months_ahead LOOP  -- the last month too: clocks differ, and calls begin before they are written
        month := this_month + make_interval(months => ahead);
        partition := 'audit_event_' || to_char(month, 'YYYY_MM');
        CONTINUE WHEN to_regclass(partition) IS NOT NULL;
        PERFORM pg_advisory_xact_lock(hashtext('audit_ensure_partitions'));
        CONTINUE WHEN to_regclass(partition) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE audit_event INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMPRESSION)', partition);
        EXECUTE format('CREATE TRIGGER audit_refuse_truncate BEFORE TRUNCATE ON %I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()', partition);
        EXECUTE format('ALTER TABLE audit_event ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            partition, month::text || '+00', (month + interval '1 month')::text || '+00');
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;

SELECT audit_ensure_partitions(2);
"""

DROP_TRAIL = """
DROP TABLE audit_event;
DROP FUNCTION audit_ensure_partitions(integer);
DROP FUNCTION audit_refuse_change();
"""
