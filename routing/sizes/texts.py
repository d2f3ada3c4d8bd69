"""Tokens of a text, told by its characters: an estimate to rank by, and a count that no tokenizer stays below.

The vocabularies of providers are not at hand, and running one over each prompt would cost more than the rest of a call. So both numbers
are told by how many characters of which script there are.

The estimate: English prose has about four characters a token in the vocabularies of 100,000 to 200,000 tokens that are in use, source code
about three, base64 about two; Chinese and Japanese have more than one token for two characters.

The lower bound: the longest token of those vocabularies is a run of 128 blanks (cl100k, o200k, Llama 3), and all of them split a text at
blanks before they look for tokens, so no token holds two words. Half of the words is taken, for vocabularies to come that do not.
"""

_PER_TOKEN = (4.0, 3.5, 2.4, 2.2, 2.0, 1.3, 1.5, 1.0)
"""Characters a token by class: ASCII prose, Latin with accents, Greek and Cyrillic, Hebrew and Arabic, South Asian and Thai, Chinese and
Japanese, Korean, and halves of what lies beyond (emoji)."""
_CODE_PER_TOKEN = 3.2
_DENSE_PER_TOKEN = 2.2
"""Text with hardly a blank: base64, hashes, minified code."""
_MOST_PER_TOKEN = (128, 128, 64, 64, 64, 16, 32, 32)
"""Characters that one token may cover at most, by class; several times what the largest vocabularies have."""
_WORDS_PER_TOKEN = 2
_MARKS = b'(){}[];=<>/_"'
_SHORT = 256
_SAMPLE = 1_024
_CHUNK = 1 << 16


def _classes() -> bytes:
    """High byte of a UTF-16 unit → class."""
    classes = bytearray([5] * 256)
    classes[0x00:0x03] = bytes([1]) * 3
    classes[0x03:0x06] = bytes([2]) * 3
    classes[0x05:0x09] = bytes([3]) * 4
    classes[0x09:0x0E] = bytes([4]) * 5
    classes[0x0E:0x1E] = bytes([4]) * 16
    classes[0x1E:0x2E] = bytes([1]) * 16
    classes[0xAC:0xD8] = bytes([6]) * 44
    classes[0xD8:0xE0] = bytes([7]) * 8
    return bytes(classes)


_CLASSES = _classes()


def text_tokens(text: str) -> int:
    """About how many tokens a text is. Next to nothing for ASCII; of a long text, samples are looked at."""
    length = len(text)
    if text.isascii():
        return -int(-length // (_ascii_per_token(text) if length >= _SHORT else _PER_TOKEN[0]))
    sample = _sample(text) if length > 4 * _SAMPLE else text
    counts = _counts(sample)
    tokens = sum(count / per for count, per in zip(counts, _PER_TOKEN[1:], strict=True))
    return -int(-tokens * length // len(sample))


def least_text_tokens(text: str, enough: int) -> int:
    """A number of tokens that no tokenizer stays below; counting ends soon after `enough`."""
    if text.isascii():
        least = len(text) // _MOST_PER_TOKEN[0]
    else:
        counts = [0] * 7
        for start in range(0, len(text), _CHUNK):
            counts = [a + b for a, b in zip(counts, _counts(text[start : start + _CHUNK]), strict=True)]
        least = sum(count // most for count, most in zip(counts, _MOST_PER_TOKEN[1:], strict=True))
    words = start = 0
    while start < len(text) and least <= enough:
        words += max(0, len(text[start : start + _CHUNK].split()) - 1)  # one may be the end of the word before
        least = max(least, words // _WORDS_PER_TOKEN)
        start += _CHUNK
    return max(least, 1) if text else 0


def _ascii_per_token(text: str) -> float:
    sample = _sample(text) if len(text) > 4 * _SAMPLE else text
    raw = sample.encode()
    if (raw.count(b" ") + raw.count(b"\n")) * 12 < len(raw):
        return _DENSE_PER_TOKEN
    marks = len(raw) - len(raw.translate(None, _MARKS))
    return _CODE_PER_TOKEN if marks * 16 > len(raw) else _PER_TOKEN[0]


def _sample(text: str) -> str:
    """Four pieces from all over a long text."""
    step = (len(text) - _SAMPLE) // 3
    return "".join(text[start : start + _SAMPLE] for start in (0, step, 2 * step, 3 * step))


def _counts(text: str) -> list[int]:
    """Characters by class, without the first class."""
    classes = text.encode("utf-16-le", "surrogatepass")[1::2].translate(_CLASSES)
    return [classes.count(number) for number in range(1, 8)]
