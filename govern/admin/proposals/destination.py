"""Where a proposal goes: into a draft of the person's own, or into a new one."""

from typing import NamedTuple

from django.http import QueryDict

from govern.changes.saving import SavedObject
from govern.models import ChangeRequest, Person
from govern.models.change import EDITABLE

MOST_DRAFTS = 20
NEW = ""


class Destinations(NamedTuple):
    """The drafts that can be chosen, as (value, draft, whether it is chosen). A value says the edition at which the draft was seen."""

    options: list[tuple[str, ChangeRequest, bool]]
    chosen: str

    @property
    def is_new(self) -> bool:
        """Whether a new change request will be opened."""
        return not any(chosen for _value, _draft, chosen in self.options)


def own_drafts(person: Person) -> list[ChangeRequest]:
    """The newest drafts in which a person has a hand."""
    return list(ChangeRequest.objects.by(person).filter(state__in=EDITABLE).order_by("-number")[:MOST_DRAFTS])


def destinations(drafts: list[ChangeRequest], chosen: str) -> Destinations:
    """The drafts to choose from; a draft that was chosen keeps the edition at which it was."""
    wanted, _colon, edition = chosen.partition(":")
    options = [
        (
            f"{draft.pk}:{edition if str(draft.pk) == wanted and edition else draft.edition}",
            draft,
            str(draft.pk) == wanted,
        )
        for draft in drafts
    ]
    return Destinations(options, next((value for value, _draft, is_chosen in options if is_chosen), NEW))


def target_of(data: QueryDict, drafts: list[ChangeRequest], fixed: ChangeRequest | None) -> SavedObject:
    """Where the posted proposal goes. `fixed`: the draft whose item is edited."""
    wanted, _colon, edition = data.get("draft", NEW).partition(":")
    draft = fixed or next((draft for draft in drafts if str(draft.pk) == wanted), None)
    given = data.get("edition", "") if fixed else edition
    return SavedObject(
        draft=draft,
        edition=int(given) if given.isdecimal() and len(given) < 10 else 0,
        seen=data.get("seen", ""),
        title=data.get("title", "").strip()[:200],
        reason=data.get("reason", "").replace("\r\n", "\n").strip(),
    )
