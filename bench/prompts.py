"""What is asked: 1.5 KB prompts, each different from all others, so that nothing remembered answers for the guards."""

import json
from itertools import count

PROMPT_BYTES = 1_500
SYSTEM = (
    "You answer questions about card payments for the staff of a bank. Be brief and exact, say which rule you rely on, "
    "and say so when you do not know. Never invent a deadline, an amount or the name of a regulation. "
)
PROSE = (
    "A merchant in Rotterdam asks why the settlement of last Tuesday's sales has not arrived although the acquirer's report lists it as "
    "paid. The terminal was replaced on Monday, the batch was closed twice, and one of the two closings shows a total of zero. "
    "Explain step by step what could have happened, which of the reports shows the truth, and what the merchant should send us. "
)
_LETTERS = bytes.maketrans(b"0123456789", b"bcdfghjklm")


def a_word(number: int) -> str:
    """A word of twelve letters for a number: digits would look like an account number to the guards."""
    return (b"%012d" % number).translate(_LETTERS).decode()


class Prompts:
    """Requests to one path, ready to be sent; no two have the same text."""

    def __init__(self, *, host: str, path: str, key: str, model: str, streamed: bool) -> None:
        mark = "«word»"
        asked = (PROSE * (PROMPT_BYTES // len(PROSE) + 1))[: PROMPT_BYTES - len(SYSTEM)]
        body: dict[str, object] = {
            "model": model,
            "messages": [
                {"role": "system", "content": SYSTEM},
                {"role": "user", "content": f"Case {mark}: {asked}"},
            ],
            "max_tokens": 400,
        }
        if streamed:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        before, _, after = json.dumps(body, ensure_ascii=False).partition(mark)
        self._before, self._after = before.encode(), after.encode()
        self._numbers = count(1)
        size = len(self._before) + 12 + len(self._after)
        self._head = (
            f"POST {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\n"
            f"content-type: application/json\r\ncontent-length: {size}\r\n\r\n"
        ).encode()

    def next(self) -> bytes:
        """The next request, head and body."""
        return b"%b%b%b%b" % (self._head, self._before, a_word(next(self._numbers)).encode(), self._after)
