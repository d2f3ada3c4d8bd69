"""What calls cost: prices by token class, exact, in nano-dollars.

Prices are held as whole femto-dollars (10⁻¹⁵ USD) a token, which is exact for every price of up to twelve decimals per
1,000 tokens.
Sums are exact; the one rounding, up, is at the end.
"""

from decimal import Decimal
from typing import NamedTuple

from routing.bodies import TokenPrices
from routing.calls import AudioPart, ChatRequest, FilePart, ImagePart, NativePart, TextPart, Usage

FEMTO_PER_NANO = 10**6

MESSAGE_TOKENS = 16
"""Marks around a message (3 to 4 tokens with OpenAI), its role and name."""
REQUEST_TOKENS = 64
TOOLS_TOKENS = 1_024
"""The hidden instructions that come with tools (Anthropic: up to 530 tokens, and 700 for a tool of its own)."""
TOOL_TOKENS = 64
IMAGE_TOKENS = 6_400
"""The largest count for one image that Anthropic (4,784), OpenAI by patches (1,536 × 2.46) and Google (16 × 258)
document.
"""
IMAGE_TOKENS_4O_MINI = 48_500
"""GPT-4o mini counts 2,833 tokens and 5,667 for each of up to 8 tiles."""
AUDIO_BYTES_PER_TOKEN = 16
"""Google counts 32 tokens a second, and no codec in use is below 512 bytes a second."""
AUDIO_TOKENS = 1_000
DOCUMENT_TOKENS = 20_000
REMOTE_TOKENS = 200_000
"""A document or search result that only the provider sees."""


def _femto_usd_per_token(usd_per_1k: str) -> int:
    return int(Decimal(usd_per_1k).scaleb(12))


class Prices(NamedTuple):
    """Femto-dollars a token by class. Classes without a price of their own cost what their parent class costs."""

    input: int
    output: int
    cached_input: int
    cache_write: int
    cache_write_1h: int
    reasoning: int
    image: int
    audio: int
    audio_output: int

    @classmethod
    def of(cls, body: TokenPrices) -> "Prices":
        """Prices of a catalogue model."""

        def price(own: str | None, parent: int) -> int:
            return parent if own is None else _femto_usd_per_token(own)

        input_, output = _femto_usd_per_token(body.input), _femto_usd_per_token(body.output)
        cache_write = price(body.cache_write, input_)
        # Anthropic, the one provider with both, writes for five minutes at 1.25 times the input price and for an hour
        # at 2 times.
        cache_write_1h = -(-cache_write * 8 // 5) if body.cache_write is not None else input_
        return cls(
            input=input_,
            output=output,
            cached_input=price(body.cached_input, input_),
            cache_write=cache_write,
            cache_write_1h=cache_write_1h,
            reasoning=price(body.reasoning, output),
            image=price(body.image, input_),
            audio=price(body.audio, input_),
            audio_output=price(body.audio_output, output),
        )


def _nano(femto_usd: int) -> int:
    return -(-femto_usd // FEMTO_PER_NANO)


def cost_nano_usd(usage: Usage, prices: Prices) -> int:
    """The cost of a call, in whole nano-dollars rounded up. No token is charged twice: classes are taken from the
    total in turn.
    """
    left = usage.input_tokens
    cached = min(usage.cached_input_tokens, left)
    left -= cached
    written = min(usage.cache_write_tokens, left)
    left -= written
    written_1h = min(usage.cache_write_1h_tokens, written)
    audio = min(usage.input_audio_tokens, left)
    left -= audio
    image = min(usage.input_image_tokens, left)
    left -= image
    said = usage.output_tokens
    reasoning = min(usage.reasoning_tokens, said)
    said -= reasoning
    spoken = min(usage.output_audio_tokens, said)
    said -= spoken
    return _nano(
        left * prices.input
        + cached * prices.cached_input
        + (written - written_1h) * prices.cache_write
        + written_1h * prices.cache_write_1h
        + audio * prices.audio
        + image * prices.image
        + said * prices.output
        + reasoning * prices.reasoning
        + spoken * prices.audio_output
    )


class InputBound(NamedTuple):
    """The most tokens that an input can be."""

    text: int
    image: int
    audio: int


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def input_bound(request: ChatRequest, *, upstream_model: str = "", context_window: int | None = None) -> InputBound:
    """The most input tokens of each class that a request can be counted as.

    A text has at most as many tokens as UTF-8 bytes. Everything else of the body counts with its bytes too; media by
    table.
    """
    remote = context_window or REMOTE_TOKENS
    per_image = IMAGE_TOKENS_4O_MINI if "4o-mini" in upstream_model else IMAGE_TOKENS
    text = REQUEST_TOKENS + len(request.body)
    image = audio = 0
    for message in request.messages:
        text += MESSAGE_TOKENS
        if not isinstance(message.content, list):
            continue
        for part in message.content:
            if isinstance(part, TextPart):
                continue
            if isinstance(part, ImagePart):
                image += per_image
                if part.image_url.url.startswith("data:"):
                    text -= len(part.image_url.url)
            elif isinstance(part, AudioPart):
                audio += AUDIO_TOKENS + len(part.input_audio.data) // AUDIO_BYTES_PER_TOKEN
                text -= len(part.input_audio.data)
            elif isinstance(part, FilePart):
                text += DOCUMENT_TOKENS if part.file.file_data else remote
            elif isinstance(part, NativePart):
                image += per_image
    tools = request.tools or ()
    if tools or request.functions:
        text += TOOLS_TOKENS + TOOL_TOKENS * (len(tools) + len(request.functions or ()))
    if request.web_search_options is not None or any(tool.type not in ("function", "custom") for tool in tools):
        text += remote
    return InputBound(max(text, 0), image, audio)


def upper_bound_nano_usd(
    request: ChatRequest,
    prices: Prices,
    *,
    max_output_tokens: int,
    upstream_model: str = "",
    context_window: int | None = None,
) -> int:
    """The most a call can cost, in nano-dollars: what a budget must hold before the call is made.

    `max_output_tokens` bounds one answer, reasoning included; `n` answers are paid for. Input is charged at the
    dearest class that it could fall into.
    """
    bound = input_bound(request, upstream_model=upstream_model, context_window=context_window)
    written = max(prices.input, prices.cache_write, prices.cache_write_1h, prices.cached_input)
    output = max(prices.output, prices.reasoning)
    if request.modalities and "audio" in request.modalities:
        output = max(output, prices.audio_output)
    predicted = _length(str(request.prediction)) if request.prediction else 0
    return _nano(
        bound.text * written
        + bound.image * max(prices.image, written)
        + bound.audio * max(prices.audio, written)
        + ((request.n or 1) * max_output_tokens + predicted) * output
    )


def embeddings_upper_bound_nano_usd(body_bytes: int, prices: Prices) -> int:
    """The most an embeddings request can cost: a token is at least a byte of the body."""
    return _nano((body_bytes + REQUEST_TOKENS) * prices.input)
