"""Every field and every value of every body has words, in both languages."""

from collections.abc import Iterator

import pytest
from django.utils import translation

from govern.admin.faces import FACES, field_words
from govern.admin.proposals.conditions import known_conditions
from govern.admin.proposals.schema import Choice, Choices, Field, Group, Rows, schema_of
from govern.admin.proposals.words.choices import choice_label
from govern.admin.proposals.words.fields import COMMON
from govern.enforcement.guards import BY_SORT
from govern.policy.bodies import BODIES
from tests.govern.admin.test_languages import _says

PROPER_NAMES = {"OpenAI", "Anthropic", "Google"}
FIELDS = {**COMMON, **{key: words for face in FACES.values() for key, words in face.words.items()}}
CHOICES = {key: text for face in FACES.values() for key, text in face.choices.items()}


def fields(group: Group) -> Iterator[tuple[type, str, Field]]:
    """Every field of a form, and of what is within."""
    for name, field in group.fields.items():
        yield group.struct, name, field
        if isinstance(field, Group):
            yield from fields(field)
        elif isinstance(field, Rows):
            for inner in field.sorts.values():
                yield from fields(inner)


@pytest.mark.parametrize("kind", BODIES)
def test_every_field_and_value_has_words(kind: str) -> None:
    for struct, name, field in fields(schema_of(kind)):
        owners = {f"{owner.__name__}.{name}" for owner in struct.__mro__} | {name}
        assert owners & set(FIELDS), f"{struct.__name__}.{name}"
        for value in field.options if isinstance(field, (Choice, Choices)) else ():
            assert str(choice_label(struct, name, value)) != value, f"{struct.__name__}.{name}.{value}"


def test_words_that_no_field_has_are_gone() -> None:
    used = {
        words
        for kind in BODIES
        for struct, name, _field in fields(schema_of(kind))
        for words in [field_words(struct, name)]
    }
    assert [key for key, words in FIELDS.items() if words not in used] == []


def test_every_sort_of_guard_is_told() -> None:
    rows = schema_of("guard_policy").fields["guards"]
    assert isinstance(rows, Rows)
    assert set(rows.sorts) == set(BY_SORT)


def test_everything_is_said_in_chinese() -> None:
    with translation.override("zh-hant"):
        said = [text for words in FIELDS.values() for text in words if text]
        said += [
            *CHOICES.values(),
            *(translation.gettext(guard.about) for guard in BY_SORT.values()),
            *(name.about for name in known_conditions()),
        ]
        silent = [str(text) for text in said if not _says(str(text)) and not any(n in str(text) for n in PROPER_NAMES)]
    assert silent == []
