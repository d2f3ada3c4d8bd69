"""Approvals are for one submission, count in the order in which they were given, and are for everything that reviewers were shown.

The digest covers title, reason, assessment, every time and the submission itself; a review's proof covers its place after the review
before it; and each review, comment and step spends a proof of its own, so that no copy of one comes in a second time.
"""

from django.db import migrations, models

DIGESTS = """
ALTER FUNCTION govern_change_digest(govern_changerequest) RENAME TO govern_change_digest_1;

-- As `govern.changes.digest.change_digest`.
CREATE FUNCTION govern_change_digest(c govern_changerequest) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT encode(sha256(convert_to(
        to_jsonb(ARRAY['govern/change/2', c.title, c.reason, c.assessment::text, c.mode, c.incident, govern_instant(c.lapses_at),
                       govern_instant(c.submitted_at), govern_instant(c.effective_at), govern_instant(c.approve_by),
                       govern_instant(c.apply_by), coalesce(c.rolls_back_id::text, '-')]::text[])::text || E'\\n' || coalesce((
            SELECT string_agg(to_jsonb(ARRAY[
                       i.action, i.kind, i.object_id::text, i.object_name,
                       CASE i.canonical WHEN '' THEN '' ELSE encode(sha256(convert_to(i.canonical, 'UTF8')), 'hex') END,
                       coalesce(i.base_id::text, '-'), i.secret_sha256, i.author_id::text]::text[])::text, E'\\n'
                       ORDER BY i.kind COLLATE "C", i.object_name COLLATE "C")
            FROM govern_changeitem i WHERE i.change_id = c.id), ''), 'UTF8')), 'hex')
$$;

-- Submissions from before keep the digest they were made with; new ones have none but the new.
CREATE FUNCTION govern_digest_holds(c govern_changerequest) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT c.content_digest IN (govern_change_digest(c), govern_change_digest_1(c))
$$;

CREATE FUNCTION govern_review_text(r govern_review, previous text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT concat_ws(E'\\n', 'govern/review/2', r.change_id, r.digest, r.reviewer_id, r.verdict, r.risk, r.place, previous)
$$;
"""

# The rest of govern_guard_change, govern_locked_change and govern_approvers is as it was in `_changes_sql`.
FUNCTIONS = """
CREATE OR REPLACE FUNCTION govern_guard_change() RETURNS trigger
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

CREATE OR REPLACE FUNCTION govern_guard_review() RETURNS trigger
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

-- Reviewers whose last word on this very submission is an approval, who had no hand in it and may sign in today. Nobody's counts while
-- the reviews of the change are not the unbroken row that Govern wrote.
CREATE OR REPLACE FUNCTION govern_approvers(c govern_changerequest) RETURNS TABLE (person bigint)
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

CREATE TRIGGER guard_comment BEFORE INSERT ON govern_changecomment FOR EACH ROW EXECUTE FUNCTION govern_guard_comment();
CREATE TRIGGER guard_author BEFORE INSERT ON govern_changeauthor FOR EACH ROW EXECUTE FUNCTION govern_guard_author();
"""

# Everywhere else only the test of the digest changes.
DOORS = """
CREATE OR REPLACE FUNCTION govern_locked_change(change uuid) RETURNS govern_changerequest
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
"""

# Reviews from before are numbered in the order in which they were given.
NUMBER = """
UPDATE govern_review r SET place = n.place
FROM (SELECT id, row_number() OVER (PARTITION BY change_id ORDER BY created_at, id) AS place FROM govern_review) n WHERE n.id = r.id;
"""


class Migration(migrations.Migration):
    dependencies = [("govern", "0009_api_keys")]

    operations = [
        migrations.AddField(
            "review",
            "place",
            models.PositiveIntegerField(
                default=1, help_text="1 for the first review of the change, then one more each.", verbose_name="place"
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(NUMBER, migrations.RunSQL.noop),
        migrations.AlterModelOptions(
            "review", {"ordering": ("change", "place"), "verbose_name": "review", "verbose_name_plural": "reviews"}
        ),
        migrations.AddConstraint(
            "review", models.UniqueConstraint(fields=("change", "place"), name="one_review_in_a_place")
        ),
        migrations.RunSQL(DIGESTS + FUNCTIONS + DOORS, migrations.RunSQL.noop),
    ]
