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


def _address(text: str, chance: random.Random) -> str:
    joint = chance.choice(("-", "-", "+", "_", "%20"))
    place = chance.choice(
        ("https://{}.example/docs#", "https://www.{}.example/p/?ref=2&note=", "/{}/", "see {}.example/#:~:text=")
    )
    return place.format(chance.choice(("shop", "wiki", "news", "files"))) + joint.join(text.strip(" .!?").split())


def _comment(text: str, chance: random.Random) -> str:
    text = " ".join(text.split())
    before, behind = chance.choice(
        (
            ("<!-- ", " -->"),
            ("/* ", " */"),
            ("# ", ""),
            ("// ", ""),
            ("-- ", ""),
            ('"""', '"""'),
            ("{# ", " #}"),
            ("; ", ""),
        )
    )
    code = chance.choice(
        ("<p>{} items in the basket</p>", "total = price * {}", "SELECT {} FROM orders;", "return {};", "width: {}px;")
    )
    lines = [code.format(chance.randint(1, 99)) for _ in range(chance.randint(1, 4))]
    lines.insert(chance.randrange(len(lines) + 1), before + text + behind)
    return "\n".join(lines)


def _pieces(text: str, chance: random.Random) -> str:
    quote, joint = chance.choice(("'", '"')), chance.choice((" + ", "+", " . ", " & "))
    text = text.replace(quote, "")
    cuts, at = [], 0
    while at < len(text):
        size = chance.randint(3, 12)
        cuts.append(text[at : at + size])
        at += size
    if chance.random() < 0.3:
        return "\n".join(f"{chr(97 + place % 26)} = {quote}{piece}{quote}" for place, piece in enumerate(cuts))
    return joint.join(f"{quote}{piece}{quote}" for piece in cuts)


def _misspelt(text: str, chance: random.Random) -> str:
    return " ".join(_jumbled(word, chance) if len(word) > 4 and word.isalpha() else word for word in text.split(" "))


def _jumbled(word: str, chance: random.Random) -> str:
    inner, place = list(word[1:-1]), chance.randrange(len(word) - 3)
    shape = chance.randrange(3)
    if shape == 0:
        inner[place], inner[place + 1] = inner[place + 1], inner[place]
    elif shape == 1:
        del inner[place]
    else:
        chance.shuffle(inner)
    return word[0] + "".join(inner) + word[-1]


_CAPITALS = str.maketrans("abcdefghijklmnopqrstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ")


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
    "prefixed hex": lambda text, chance: chance.choice((" ", ", ", ",")).join(
        f"0x{byte:02x}" for byte in text.encode()
    ),
    "base32": lambda text, chance: base64.b32encode(text.encode()).decode(),
    "base64 twice": lambda text, chance: base64.b64encode(base64.b64encode(text.encode())).decode(),
    "address": _address,
    "comment": _comment,
    "pieces": _pieces,
    "misspelt": _misspelt,
    "misspelt, too": _misspelt,
    "full stops": lambda text, chance: ". ".join(text.split()),
    "small capitals": lambda text, chance: text.lower().translate(_CAPITALS),
    "flags": lambda text, chance: "".join(
        chr(0x1F1E6 + ord(letter) - 97) if "a" <= letter <= "z" else letter for letter in text.lower()
    ),
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
