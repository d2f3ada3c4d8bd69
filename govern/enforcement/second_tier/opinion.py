"""What the second tier says of a text, or why it cannot say anything."""

from __future__ import annotations

import math
import time
from functools import cache
from typing import Protocol

from govern.enforcement.injection.weights import load as load_first_tier
from govern.enforcement.second_tier.encoder import EncoderMissing, Vectors, installed_files, load_encoder
from govern.enforcement.second_tier.head import Head, HeadDamaged, load_head
from govern.enforcement.second_tier.worker import Worker

_GREY_FROM = 0.1
"""Where nothing says better: without a head, what would be asked about is still told of, and is up to `on_error`."""


class SecondTierFailed(RuntimeError):
    """It gave no opinion; the message says why, and never holds a word of the text."""


class Encodes(Protocol):
    """What an `Encoder` does."""

    digest: str
    version: str

    def encode(self, text: str, evidence: tuple[int, int] | None, *, deadline_s: float | None) -> Vectors: ...


class SecondTier:
    """``grey_from`` is the first tier's score from which on it is asked: at most 15 in 100 honest texts lie above, by training.

    ``unavailable`` says why it cannot be asked, and is empty where it can.
    """

    def __init__(self, encoder: Encodes | None, head: Head | None, unavailable: str = "") -> None:
        self._encoder = encoder
        self._head = head
        self._worker = Worker()
        self.unavailable = unavailable
        self.grey_from = head.grey_from if head else _GREY_FROM
        self.version = head.version if head else "second-none"

    def score(
        self, text: str, first: float, evidence: tuple[int, int] | None, *, first_version: str, time_limit_s: float
    ) -> float:
        """The score in [0, 1] of both tiers together, on the first tier's scale; ``first`` is that tier's alone.

        Raises `TimeoutError`, and `SecondTierFailed` where it is unavailable, was fitted to another version of the first tier, or computes
        what is no number. Not for the event loop: it waits for its thread.
        """
        if self._encoder is None or self._head is None or self.unavailable:
            raise SecondTierFailed(self.unavailable)
        if self._head.first_tier != first_version:
            raise SecondTierFailed(mismatch(self._head.first_tier, first_version))
        encoder, deadline_s = self._encoder, time.perf_counter() + time_limit_s
        try:
            vectors = self._worker.ask(
                lambda: encoder.encode(text, evidence, deadline_s=deadline_s), time_limit_s=time_limit_s
            )
            score = self._head.score(vectors, first)
        except TimeoutError:
            raise
        except Exception as fault:  # whatever an engine raises; its words might repeat the text
            raise SecondTierFailed(f"the encoder failed with {type(fault).__name__}") from None
        if not math.isfinite(score):
            raise SecondTierFailed("the second tier computed what is no number")
        return score


@cache
def unavailable() -> str:
    """Why the second tier cannot be asked on this machine; empty where it can. For pages and checks: it does not load the encoder."""
    try:
        head, files = load_head(), installed_files()
    except (EncoderMissing, HeadDamaged) as fault:
        return str(fault)
    there = load_first_tier()[1].version
    unfit = mismatch(head.first_tier, there) if head.first_tier != there else ""
    return head.unfit(files.digest, files.version) or unfit


def mismatch(fitted_to: str, there: str) -> str:
    """What is said where the head was fitted to the scores of another first tier."""
    return f"the second tier was fitted to {fitted_to}, and the first tier is {there}: run `make train-deep`"


@cache
def second_tier() -> SecondTier:
    """The one of a process. What it lacks is said where it is asked, and by ``unavailable``."""
    try:
        head = load_head()
    except HeadDamaged as fault:
        return SecondTier(None, None, str(fault))
    try:
        encoder = load_encoder()
    except EncoderMissing as fault:
        return SecondTier(None, head, str(fault))
    return SecondTier(encoder, head, head.unfit(encoder.digest, encoder.version))
