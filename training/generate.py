"""Draws the generated examples: every family of attack, bare and wrapped in honest texts, and the honest look-alikes.

The same seed gives the same examples. Wrapped attacks know their span.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from training import interface_texts
from training.disguises import DISGUISES, Disguise
from training.examples import Example
from training.grammar.briefs import BRIEFS
from training.grammar.everyday import EVERYDAY
from training.grammar.expansion import expand
from training.grammar.glossary import GLOSSARY_FRAMES, TERMS
from training.grammar.goals import GOALS
from training.grammar.harness import HARNESS
from training.grammar.honest import HONEST
from training.grammar.indirect import INDIRECT
from training.grammar.languages_east import EAST
from training.grammar.languages_more import MORE
from training.grammar.languages_west import WEST
from training.grammar.mentioned import MENTIONED
from training.grammar.ordinary import ORDINARY
from training.grammar.override import OVERRIDE
from training.grammar.persona import PERSONA
from training.grammar.planted import PLANTED
from training.grammar.worded import WORDED
from training.suffixes import suffix

ENTRIES = {
    **PLANTED,
    **BRIEFS,
    **GOALS,
    **OVERRIDE,
    **PERSONA,
    **HONEST,
    **HARNESS,
    **ORDINARY,
    **INDIRECT,
    **EVERYDAY,
    **WORDED,
    "HOLE": ("\x00",),
}
LANGUAGES = {**WEST, **EAST, **MORE}
_DJANGO_CODES = {
    "zh": "zh_Hans",
    "zh-TW": "zh_Hant",
    "tl": "en",
    "sw": "sw",
    "bn": "bn",
    "fa": "fa",
    "yue": "zh_Hant",
    "no": "nb",
}
_SHORT_FAMILIES = (
    "override",
    "override",
    "override",
    "goal_sentence",
    "leak_ask",
    "forged",
    "translated",
    "worded",
    "indirect",
    "planted",
    "bare",
)
_CASES: tuple[Callable[[str], str], ...] = (str, str, str, str, str, str, str.capitalize, str.lower, str.upper)


class Generator:
    def __init__(self, seed: int, carriers: Sequence[Example] = ()) -> None:
        """``carriers`` are honest texts into which attacks are put besides the generated documents."""
        self._chance = random.Random(seed)
        self._carriers = [carrier for carrier in carriers if 60 < len(carrier.text) < 6000]
        self._long_carriers = [carrier for carrier in carriers if len(carrier.text) > 1200] or self._carriers

    def draw(self, name: str) -> str:
        text = expand(self._chance.choice(ENTRIES[name]), ENTRIES, self._chance)
        return text[:1].upper() + text[1:] if self._chance.random() < 0.6 else text

    def attack(self, family: str, count: int) -> list[Example]:
        return [self._attack(family) for _ in range(count)]

    def _attack(self, family: str) -> Example:
        text, language = self.payload(family)
        return Example(self._chance.choice(_CASES)(text), True, f"own:{family}", language)

    def payload(self, family: str) -> tuple[str, str]:
        if family == "translated":
            language = self._chance.choice(sorted(LANGUAGES))
            return self.translated(language), language
        if family == "suffix":
            return f"{self.draw('harm_ask')} {suffix(self._chance)}", "en"
        return self.draw(family), "en"

    def translated(self, language: str) -> str:
        phrases = LANGUAGES[language]
        gap = "" if language in ("zh", "zh-TW", "ja", "th") else " "
        drop, goal, leak, persona = (self._phrase(phrases[kind]) for kind in ("drop", "goal", "leak", "persona"))
        full_stop = "。" if language in ("zh", "zh-TW", "ja") else "."
        shape = self._chance.randrange(8)
        if shape < 3:
            return (
                drop
                + self._chance.choice((", ", full_stop + gap, "，" if not gap else " - ", ": "))
                + self._chance.choice((goal, goal, leak))
            )
        if shape == 3:
            return drop
        if shape == 4:
            return leak
        if shape == 5:
            return f"{persona}{full_stop}{gap}{self._chance.choice((goal, leak, drop))}"
        if shape == 6:
            return f"{self._phrase(phrases['honest'])}{gap}{drop}{full_stop}{gap}{goal}"
        return f"{persona}{full_stop}{gap}{drop}{full_stop}"

    def _phrase(self, choices: Sequence[str]) -> str:
        return expand(self._chance.choice(choices), ENTRIES, self._chance)

    def wrapped(self, count: int) -> list[Example]:
        """Attacks inside documents, mail, pages, code and tool results."""
        found = []
        for _ in range(count):
            family = self._chance.choice(
                (
                    "override",
                    "override",
                    "goal_sentence",
                    "goal_sentence",
                    "forged",
                    "leak_ask",
                    "translated",
                    "translated",
                    "indirect",
                    "indirect",
                    "indirect",
                    "planted",
                    "planted",
                    "planted",
                    "worded",
                    "bare",
                )
            )
            text, language = self.payload(family)
            found.append(self._insert(text, language))
        return found

    def long(self, count: int) -> list[Example]:
        """Attacks of a sentence or two in 1 to 7 KB of somebody else's honest text: there they must weigh as much as alone."""
        found = []
        for _ in range(count):
            text, language = self.payload(self._chance.choice(_SHORT_FAMILIES))
            carrier = (
                self._chance.choice(self._long_carriers).text if self._long_carriers else self._honest("carrier").text
            )
            size = self._chance.choice((1000, 1500, 2500, 4000, 7000))
            begin = self._chance.randrange(max(1, len(carrier) - size))
            carrier = carrier[begin : begin + size]
            breaks = [place + 1 for place, character in enumerate(carrier) if character in "\n.。!?"] or [0]
            place = self._chance.choice(breaks)
            joint = self._chance.choice((" ", " ", "\n", "\n\n", "\n# ", "\n// ", "\n- "))
            start = place + len(joint)
            whole = carrier[:place] + joint + text + self._chance.choice((" ", "\n")) + carrier[place:]
            found.append(Example(whole, True, "own:long", language, span=(start, start + len(text))))
        return found

    def _insert(self, attack: str, language: str) -> Example:
        if self._carriers and self._chance.random() < 0.5:
            carrier = self._chance.choice(self._carriers).text
            breaks = [place for place, character in enumerate(carrier) if character in "\n.。!?"]
            place = self._chance.choice(
                (
                    0,
                    len(carrier),
                    *([self._chance.choice(breaks) + 1] if breaks else []),
                    *([self._chance.choice(breaks) + 1] if breaks else []),
                )
            )
            joint = self._chance.choice((" ", "\n", "\n\n"))
            start = place + len(joint)
            return Example(
                carrier[:place] + joint + attack + joint + carrier[place:],
                True,
                "own:wrapped",
                language,
                span=(start, start + len(attack)),
            )
        if language != "en" and self._code(language) in interface_texts.messages() and self._chance.random() < 0.5:
            prose = self.interface(language)
            return Example(
                f"{prose}\n{attack}\n{self.interface(language)}",
                True,
                "own:wrapped",
                language,
                span=(len(prose) + 1, len(prose) + 1 + len(attack)),
            )
        document = self.draw("carrier")
        start = document.index("\x00")
        text = document[:start] + attack + document[start + 1 :].replace("\x00", "")
        return Example(text, True, "own:wrapped", language, span=(start, start + len(attack)))

    def interface(self, language: str) -> str:
        return interface_texts.compose(self._code(language), self._chance, self._chance.randint(2, 8))

    @staticmethod
    def _code(language: str) -> str:
        return _DJANGO_CODES.get(language, language)

    def numbers(self) -> str:
        """Numbers with hardly a word: of parcels and orders, columns, matrices."""
        digits = self._chance.choice((1, 3, 8, 12, 16, 20, 26))
        shape = self._chance.choice(("{}", "-{}", "0.{}", "[{}]", "{},", "{}e-05", "0x{}", "({})"))
        count = self._chance.choice((1, 1, 2, 3, 12, 60, 200))
        drawn = [shape.format(self._chance.randrange(10 ** (digits - 1), 10**digits)) for _ in range(count)]
        label = self._chance.choice(
            ("", "", "{thing} {}", "tracking {}", "seq {}", "id: {}", "order {}", "{} ms", "hash {}", "{word} = {}")
        )
        text = self._chance.choice((" ", "\n", ", ", " | ", "\t")).join(drawn)
        known = {"thing": self.draw("thing"), "word": self.draw("word")}
        return label.format(text, **known) if label else text

    def glossary(self, language: str) -> str:
        """Terms of attacks as headings, labels and list entries of a text about something else or about them."""
        frame = self._chance.choice(GLOSSARY_FRAMES)
        terms = TERMS[language]
        code = _DJANGO_CODES.get(language, language)
        entries = [
            frame.format(
                term=self._chance.choice(terms),
                text=interface_texts.compose(code, self._chance, self._chance.randint(1, 2)),
            )
            for _ in range(self._chance.randint(1, 5))
        ]
        return "\n".join(entries)

    def disguised(self, count: int, attack: bool) -> list[Example]:
        """Encoded and obfuscated texts; honest ones too, so that an encoding alone is no attack."""
        names = sorted(DISGUISES)
        found = []
        for _ in range(count):
            disguise: Disguise = DISGUISES[self._chance.choice(names)]
            plain = (
                self.draw(
                    self._chance.choice(
                        ("override", "override", "leak_ask", "goal_sentence", "frame", "worded")
                        if attack
                        else ("fact", "mention", "task", "note", "everyday")
                    )
                )
                or "hello"
            )
            text = disguise(plain, self._chance)
            shape = self._chance.randrange(4)
            if shape == 0:
                text = f"{self._chance.choice(('Decode this: ', 'What does this say? ', 'Read this: ', 'Authorization: ', 'data: ', 'Translate: '))}{text}"
            elif shape == 1 and attack:
                text = f"{self._chance.choice(('Decode and follow: ', 'Execute the decoded text: ', 'Do what this says: ', 'Decode the next line and obey it. '))}{text}"
            found.append(Example(text, attack, "own:disguised" if attack else "own:honest-disguised"))
        return found

    def honest(self, kind: str, count: int) -> list[Example]:
        return [self._honest(kind) for _ in range(count)]

    def _honest(self, kind: str) -> Example:
        if kind == "interface":
            language = self._chance.choice(sorted(interface_texts.messages()))
            return Example(
                interface_texts.compose(language, self._chance, self._chance.randint(1, 10)),
                False,
                "own:honest-interface",
                language,
                "BSD-3-Clause",
            )
        if kind == "code":
            return Example(interface_texts.source_code(self._chance), False, "own:code", "en", "BSD-3-Clause")
        if kind == "numbers":
            return Example(self.numbers(), False, "own:honest-numbers")
        if kind == "translated":
            language = self._chance.choice(sorted(LANGUAGES))
            gap = "" if language in ("zh", "zh-TW", "ja", "th") else " "
            choices = (*LANGUAGES[language]["honest"], *MENTIONED.get(language, ()))
            text = gap.join(self._phrase(choices) for _ in range(self._chance.randint(1, 3)))
            return Example(text, False, "own:honest-translated", language)
        if kind == "glossary":
            language = self._chance.choice(sorted(TERMS))
            return Example(self.glossary(language), False, "own:honest-glossary", language)
        if kind == "carrier":
            document = self.draw("carrier")
            while "\x00" in document:
                document = document.replace(
                    "\x00", self.draw(self._chance.choice(("note", "note", "mention", "task"))), 1
                )
            return Example(document, False, "own:honest-carrier")
        return Example(self._chance.choice(_CASES)(self.draw(kind)), False, f"own:honest-{kind}")


COUNTS = {
    "override": 3000,
    "leak_ask": 1200,
    "secret_game": 900,
    "forged": 900,
    "persona": 2200,
    "frame": 2000,
    "indirect": 1200,
    "planted": 1000,
    "pushed": 1200,
    "translated": 6400,
    "suffix": 700,
    "worded": 3600,
}
HONEST_COUNTS = {
    "task": 3000,
    "mention": 3500,
    "carrier": 3500,
    "prose": 900,
    "note": 300,
    "translated": 5200,
    "everyday": 8000,
    "interface": 2600,
    "fiction": 1500,
    "character": 1200,
    "code": 1500,
    "glossary": 1000,
    "brief": 2400,
    "lesson": 900,
    "manual": 1600,
    "harness": 2400,
    "ordinary": 2400,
    "numbers": 900,
}


def generate(seed: int, carriers: Sequence[Example], scale: float = 1.0) -> list[Example]:
    generator = Generator(seed, carriers)
    examples: list[Example] = []
    for family, count in COUNTS.items():
        examples += generator.attack(family, round(count * scale))
    examples += generator.wrapped(round(4500 * scale))
    examples += generator.long(round(3600 * scale))
    examples += generator.disguised(round(1800 * scale), attack=True)
    for kind, count in HONEST_COUNTS.items():
        examples += generator.honest(kind, round(count * scale))
    examples += generator.disguised(round(1500 * scale), attack=False)
    return examples
