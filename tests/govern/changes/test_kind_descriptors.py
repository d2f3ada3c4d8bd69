"""What a governed kind forgets to say is named when its file is imported."""

from typing import Any

import pytest

from govern.admin.faces import FACES, Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.changes.bootstrap_file import PEOPLE, SECTIONS
from govern.changes.kinds import KINDS
from govern.changes.kinds.kind import Kind
from govern.models import GOVERNED, Exemption, Person


def given(**other: Any) -> dict[str, Any]:
    """What describes exemptions, with something else in it."""
    kind = KINDS["exemption"]
    fields = ("model", "section", "icon", "risk", "references", "reach")
    return {**{field: getattr(kind, field) for field in fields}, **other}


def test_every_model_has_its_kind_and_its_face() -> None:
    assert list(KINDS) == list(GOVERNED) == list(FACES)


def test_every_kind_has_a_section_of_its_own() -> None:
    assert sorted([*SECTIONS, PEOPLE]) == sorted(kind.section for kind in KINDS.values())


@pytest.mark.parametrize("field", ["model", "section", "icon", "risk", "references", "reach"])
def test_what_is_left_out_is_named(field: str) -> None:
    rest = {name: value for name, value in given().items() if name != field}
    with pytest.raises(TypeError, match=f"'{field}'"):
        Kind(**rest)


@pytest.mark.parametrize("field", ["section", "icon"])
def test_what_is_left_empty_is_named(field: str) -> None:
    with pytest.raises(TypeError, match=f"The kind exemption lacks: {field}"):
        Kind(**given(**{field: ""}))


def test_a_model_without_a_body_is_no_kind() -> None:
    with pytest.raises(TypeError, match=r"lacks: a body in govern\.policy\.bodies\.BODIES"):
        Kind(**given(model=Person))


def test_a_label_that_nobody_could_translate_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Exemption._meta, "verbose_name", "exemption")
    with pytest.raises(TypeError, match="lacks: a translated verbose_name"):
        Kind(**given())


def test_a_field_without_words_is_named() -> None:
    words = {key: said for key, said in FACES["exemption"].words.items() if key != "expires_at"}
    with pytest.raises(TypeError, match=r"The kind exemption has no words for: ExemptionBody\.expires_at\."):
        Face(kind="exemption", tell=FACES["exemption"].tell, menu=Menu("policy", 50, "Exemptions"), words=words)


def test_one_name_is_not_called_two_things() -> None:
    words = {**FACES["stop"].words, "expires_at": Words("Something else")}
    face = Face(kind="stop", tell=FACES["stop"].tell, menu=FACES["stop"].menu, words=words)
    with pytest.raises(TypeError, match="exemption and stop both say expires_at"):
        show(face)
    assert "expires_at" not in FACES["stop"].words


def test_two_kinds_do_not_stand_at_one_place_of_the_menu() -> None:
    menu = Menu("policy", FACES["exemption"].menu.place, "Stops")
    with pytest.raises(TypeError, match="exemption and stop both stand at 50 of policy"):
        show(Face(kind="stop", tell=FACES["stop"].tell, menu=menu, words=FACES["stop"].words))
