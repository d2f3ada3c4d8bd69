"""A classifier behind HTTP.

Sends ``{"inputs": text}`` and reads either ``{"score": 0.97}`` or what text-classification servers answer: a list of
``{"label": …, "score": …}``, perhaps inside one more list.
"""

from __future__ import annotations

from typing import Any

import httpx


class HttpClassifier:
    def __init__(self, url: str, label: str, *, transport: httpx.BaseTransport | None = None) -> None:
        """Raises ``ValueError`` for what is not a URL."""
        try:
            host = httpx.URL(url).host
        except httpx.InvalidURL as error:
            raise ValueError("not a URL") from error
        self._url = url
        self._label = label.casefold()
        self._client = httpx.Client(
            transport=transport, follow_redirects=False, limits=httpx.Limits(max_connections=32)
        )
        self.version = f"http {host}"

    def score(self, text: str, *, time_limit_s: float) -> float:
        """Raises ``TimeoutError`` and, for an answer of another form or status, ``ValueError``."""
        try:
            answer = self._client.post(self._url, json={"inputs": text}, timeout=time_limit_s)
        except httpx.TimeoutException:
            raise TimeoutError from None
        if answer.status_code != httpx.codes.OK:
            raise ValueError(f"status {answer.status_code}")
        return self._read(answer.json())

    def _read(self, answer: Any) -> float:
        while isinstance(answer, list) and len(answer) == 1 and isinstance(answer[0], list):
            answer = answer[0]
        if isinstance(answer, dict) and "label" not in answer:
            return float(answer["score"])
        labels = answer if isinstance(answer, list) else [answer]
        for item in labels:
            if str(item["label"]).casefold() == self._label:
                return float(item["score"])
        raise ValueError("the answer does not have the label")
