"""The difference between two bodies in plain words: which sentences went, which came, and which say something else now."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import NamedTuple

from django.utils.html import conditional_escape, strip_tags
from django.utils.safestring import SafeString, mark_safe

from govern.admin.sentences.sentence import Sentence

ALIKE = 0.5
"""From this ratio of common words on, two sentences are taken for one that changed."""
_TOKEN = re.compile(r"<[^>]*>|&[#\w]+;|\s+|[\d.,]*\d|[\u3400-\u9fff]|[^\W\u3400-\u9fff]+|[^\w\s<]")


class Told(NamedTuple):
    """One sentence of a difference; the side that is missing is None. In a pair, what differs is marked with `del` and `ins`."""

    before: Sentence | None
    after: Sentence | None

    @property
    def change(self) -> str:
        """`same`, `changed`, `added` or `removed`."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "same" if self.before == self.after else "changed"


def pair(before: Sequence[Sentence], after: Sequence[Sentence]) -> list[Told]:
    """Two tellings of one object side by side, in the order of the second; what went stands where it was."""
    partner = _partners(before, after)
    told: list[Told] = []
    shown = 0
    for place, sentence in enumerate(after):
        mine = partner.get(place)
        if mine is None:
            told.append(Told(None, sentence))
            continue
        told += [
            Told(gone, None) for index, gone in enumerate(before[shown:mine], shown) if index not in partner.values()
        ]
        shown = max(shown, mine + 1)
        told.append(_marked(before[mine], sentence))
    told += [Told(gone, None) for index, gone in enumerate(before[shown:], shown) if index not in partner.values()]
    return told


def _partners(before: Sequence[Sentence], after: Sequence[Sentence]) -> dict[int, int]:
    """Place after → place before: the same sentences first, then those about the same part, then the most alike."""
    partner: dict[int, int] = {}
    free = list(range(len(before)))
    for place, sentence in enumerate(after):
        same = next((index for index in free if before[index] == sentence), None)
        if same is not None:
            partner[place] = same
            free.remove(same)
    for place, sentence in enumerate(after):
        about = next((index for index in free if sentence.about and before[index].about == sentence.about), None)
        if place not in partner and about is not None:
            partner[place] = about
            free.remove(about)
    ratios = sorted(
        (
            (-_ratio(before[index], sentence), abs(index - place), place, index)
            for place, sentence in enumerate(after)
            if place not in partner
            for index in free
        ),
    )
    for ratio, _apart, place, index in ratios:
        if -ratio >= ALIKE and place not in partner and index in free:
            partner[place] = index
            free.remove(index)
    return partner


def _ratio(one: Sentence, other: Sentence) -> float:
    before, after = (re.findall(r"\w+|[^\w\s]", strip_tags(side.text)) for side in (one, other))
    return SequenceMatcher(None, before, after).ratio()


def _marked(before: Sentence, after: Sentence) -> Told:
    if before == after:
        return Told(before, after)
    old, new = _mark(before.text, after.text)
    fine_old, fine_new = [], []
    for told in _fine(before.fine, after.fine):
        fine_old += [told[0]] if told[0] else []
        fine_new += [told[1]] if told[1] else []
    return Told(before._replace(text=old, fine=tuple(fine_old)), after._replace(text=new, fine=tuple(fine_new)))


def _fine(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Small print, line by line: what both sides have as it is, the rest side by side."""
    yield from ((line, line) for line in before if line in after)
    gone, new = ([line for line in one if line not in other] for one, other in ((before, after), (after, before)))
    yield from (_mark(*lines) for lines in zip_longest(gone, new, fillvalue=""))


def _mark(before: str, after: str) -> tuple[SafeString, SafeString]:
    """Both texts as markup, with what the other does not have within `del` and `ins`. Tags stay outside of the marks."""
    old, new = (_TOKEN.findall(str(conditional_escape(side))) for side in (before, after))
    left: list[str] = []
    right: list[str] = []
    for same, one, other in _runs(old, new):
        left += one if same else _wrapped(one, "del")
        right += other if same else _wrapped(other, "ins")
    return mark_safe("".join(left)), mark_safe("".join(right))  # noqa: S308 (each side was escaped, or is markup of ours)


def _runs(old: list[str], new: list[str]) -> Iterator[tuple[bool, list[str], list[str]]]:
    """Runs of tokens that both sides have, and of those that differ; a mere space between two of the latter belongs to them."""
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    one: list[str] = []
    other: list[str] = []
    for place, (kind, a, b, c, d) in enumerate(codes):
        if kind == "equal" and (not (one or other) or old[a:b] != [" "] or place == len(codes) - 1):
            if one or other:
                yield False, one, other
                one, other = [], []
            yield True, old[a:b], new[c:d]
        else:
            one, other = one + old[a:b], other + new[c:d]
    if one or other:
        yield False, one, other


def _wrapped(tokens: Sequence[str], tag: str) -> Iterator[str]:
    run: list[str] = []
    for token in (*tokens, ""):
        if token and not token.startswith("<"):
            run.append(token)
            continue
        text = "".join(run)
        if text.strip():
            yield f"<{tag}>{text}</{tag}>"
        elif text:
            yield text
        run = []
        if token:
            yield token
