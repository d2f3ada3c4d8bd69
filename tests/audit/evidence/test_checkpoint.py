"""A pack rests on a checkpoint: the same span at the same one says the same, whatever was written since."""

import uuid

import psycopg
import pytest

from audit.evidence.html import pack_file
from audit.evidence.packs import Pack
from audit.evidence.pdf import pack_pdf
from audit.sealing.sealer import seal_all
from audit.services.evidence import make_pack
from audit.trail.identifiers import uuid7
from govern.identity.events import key_issued
from tests.audit.evidence.asking import BASE, today
from tests.audit.sealing.test_sealed_trail import OURS, seal, wait_for_others, write

pytestmark = pytest.mark.django_db(transaction=True)

_CALL = (
    "INSERT INTO audit_event (id, call_id, type, application, model, body) SELECT gen_random_uuid(), %s, type,"
    " 'risk-engine', 'gpt-5.4', '{}' FROM unnest(ARRAY['call.intent', 'call.outcome']) type"
)


def made(checkpoint: int | None = None) -> Pack:
    return make_pack(
        framework="iso-42001", span=today(), language="en", form="page", actor="dan", checkpoint=checkpoint
    )


def calls(pack: Pack) -> str:
    """How many calls it says were recorded."""
    (answer,) = [
        said.answer for control in pack.controls for said in control.statements if said.query == "calls_recorded"
    ]
    return answer.figures[0].value if answer else "no data"


def test_the_same_span_at_the_same_checkpoint_gives_the_same_bytes(conninfo: str) -> None:
    write(conninfo, 5)
    seal()
    first = made()
    assert calls(first) == "5"
    assert first.checkpoint is not None
    assert first.checkpoint.size == 10
    write(conninfo, 7)
    key_issued(actor="amy", application="helpdesk", key="main", ends_with="cdef")
    assert calls(made()) == "5"
    seal()
    again = made(first.checkpoint.number)
    assert pack_file(again, BASE) == pack_file(first, BASE)
    assert pack_pdf(again, BASE) == pack_pdf(first, BASE)
    assert calls(made()) == "12"
    assert first.checkpoint.root in pack_file(first, BASE)


def test_what_was_under_way_when_it_was_sealed_counts_at_the_next_checkpoint(conninfo: str) -> None:
    with psycopg.connect(conninfo) as early, psycopg.connect(conninfo) as late:
        early.execute("SELECT pg_current_xact_id()")
        late.execute(_CALL, [uuid.UUID(bytes=uuid7())])
        early.execute(_CALL, [uuid.UUID(bytes=uuid7())])
        early.commit()
        wait_for_others()
        seal_all(OURS)
        number = made().checkpoint
        assert number is not None
        late.commit()
    assert calls(made(number.number)) == "1"
    seal()
    assert calls(made(number.number)) == "1"
    assert calls(made()) == "2"
