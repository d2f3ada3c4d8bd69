"""Ways to hide a text from a reader: encodings and obfuscations, each a function of the text and a source of chance."""

from __future__ import annotations

import base64
import codecs
import random
from collections.abc import Callable
from urllib.parse import quote

Disguise = Callable[[str, random.Random], str]

_LEET = str.maketrans("aeiostAEIOST", "431057431057")
_LOOKALIKES = str.maketrans("aeopcxyijsAEOPCX", "аеорсхуіјѕАЕОРСХ")


def _spaced(text: str, chance: random.Random) -> str:
    joint = chance.choice((" ", "-", ".", "_", "*"))
    between = "   " if joint == " " else " "
    return between.join(joint.join(word) for word in text.split())


def _invisible(text: str, chance: random.Random) -> str:
    return "".join(character + ("\u200b" if chance.random() < 0.5 else "") for character in text)


def _some_leet(text: str, chance: random.Random) -> str:
    return "".join(character.translate(_LEET) if chance.random() < 0.7 else character for character in text)


def _random_case(text: str, chance: random.Random) -> str:
    return "".join(character.upper() if chance.random() < 0.5 else character.lower() for character in text)


def _wide(text: str, chance: random.Random) -> str:
    return "".join(chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text)


DISGUISES: dict[str, Disguise] = {
    "base64": lambda text, chance: base64.b64encode(text.encode()).decode(),
    "base64url": lambda text, chance: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "hex": lambda text, chance: (
        text.encode().hex(chance.choice((" ", ":"))) if chance.random() < 0.5 else text.encode().hex()
    ),
    "escapes": lambda text, chance: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "percent": lambda text, chance: (
        quote(text) if chance.random() < 0.5 else "".join(f"%{byte:02X}" for byte in text.encode())
    ),
    "entities": lambda text, chance: "".join(f"&#{ord(character)};" for character in text),
    "unicode": lambda text, chance: (
        text.encode("unicode_escape").decode()
        if not text.isascii()
        else "".join(f"\\u{ord(character):04x}" for character in text)
    ),
    "binary": lambda text, chance: " ".join(f"{byte:08b}" for byte in text.encode()),
    "rot13": lambda text, chance: codecs.encode(text, "rot13"),
    "reversed": lambda text, chance: text[::-1],
    "leet": _some_leet,
    "spaced": _spaced,
    "lookalikes": lambda text, chance: text.translate(_LOOKALIKES),
    "invisible": _invisible,
    "random case": _random_case,
    "full width": _wide,
    "tags": lambda text, chance: (
        "Hello" + "".join(chr(0xE0000 + ord(character)) for character in text if character.isascii())
    ),
}
