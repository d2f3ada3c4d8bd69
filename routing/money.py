"""What calls cost: prices by token class, exact, in nano-dollars.

Prices are held as whole femto-dollars (10⁻¹⁵ USD) a token, which is exact for every price of up to twelve decimals per
1,000 tokens.
Sums are exact; the one rounding, up, is at the end.
"""

from decimal import Decimal
from typing import Any, NamedTuple

from routing.bodies import CatalogModelBody, TokenPrices
from routing.calls import AudioPart, ChatRequest, FilePart, ImagePart, NativePart, TextPart, Usage
from routing.terms import Terms

FEMTO_PER_NANO = 10**6
NANO_USD = 10**9

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
REMOTE_TOKENS = 200_000
"""What only the provider sees, where the model's context window is not known."""
CALL_TOKENS = 32
"""Marks around an answer or a tool call that nobody sees."""


def _femto_usd_each(usd_per_1k: str) -> int:
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
    search: int = 0
    """Femto-dollars a search."""
    above_input_tokens: int = 0
    beyond: "Prices | None" = None
    """What holds instead, for tokens of every class, where the input has more than `above_input_tokens`."""

    @classmethod
    def of_model(cls, model: CatalogModelBody) -> "Prices | None":
        """Prices of a catalogue model, with those of long inputs and of searches; None for one without any."""
        if model.usd_per_1k is None:
            return None
        prices = cls.of(model.usd_per_1k)
        if model.usd_per_1k_searches is not None:
            prices = prices._replace(search=_femto_usd_each(model.usd_per_1k_searches))
        if (long := model.long_context) is not None:
            prices = prices._replace(above_input_tokens=long.above_input_tokens, beyond=cls.of(long.usd_per_1k))
        return prices

    @classmethod
    def of(cls, body: TokenPrices) -> "Prices":
        """Prices of tokens."""

        def price(own: str | None, parent: int) -> int:
            return parent if own is None else _femto_usd_each(own)

        input_, output = _femto_usd_each(body.input), _femto_usd_each(body.output)
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
    return _nano(_tokens_femto_usd(usage, _prices_at(usage.input_tokens, prices)) + usage.web_searches * prices.search)


def expected_nano_usd(prices: Prices, input_tokens: int, output_tokens: int) -> int:
    """What a call of about so many plain tokens costs, to compare models by."""
    at = _prices_at(input_tokens, prices)
    return _nano(input_tokens * at.input + output_tokens * at.output)


def cost_of_left_nano_usd(usage: Usage, prices: Prices, *, input_nano_usd: int | None) -> int:
    """The cost of an answer that was left, whose output counts at its dearest class. `input_nano_usd`: of an input that nobody counted."""
    spoken = usage.output_audio_tokens > 0
    prices = _prices_at(usage.input_tokens, prices)
    if input_nano_usd is None:
        read = Usage(
            input_tokens=usage.input_tokens,
            cached_input_tokens=usage.cached_input_tokens,
            cache_write_tokens=usage.cache_write_tokens,
            cache_write_1h_tokens=usage.cache_write_1h_tokens,
            input_audio_tokens=usage.input_audio_tokens,
            input_image_tokens=usage.input_image_tokens,
        )
        input_nano_usd = _nano(_tokens_femto_usd(read, prices))
    return input_nano_usd + _nano(usage.output_tokens * _output_femto_usd(prices, spoken=spoken))


def _prices_at(input_tokens: int, prices: Prices) -> Prices:
    return prices.beyond if prices.beyond is not None and input_tokens > prices.above_input_tokens else prices


def _tokens_femto_usd(usage: Usage, prices: Prices) -> int:
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
    return (
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


def input_bound(
    request: ChatRequest, *, sent_bytes: int = 0, upstream_model: str = "", context_window: int | None = None
) -> InputBound:
    """The most input tokens of each class that a request can be counted as, read once.

    A text has at most as many tokens as UTF-8 bytes. Everything else of the body counts with its bytes too; media by
    table. What only the provider sees, or unpacks, fills at most a context window.
    sent_bytes: of the body in the provider's format, where that is longer than the request.
    """
    per_image = IMAGE_TOKENS_4O_MINI if "4o-mini" in upstream_model else IMAGE_TOKENS
    text = REQUEST_TOKENS + max(len(request.body), sent_bytes) + MESSAGE_TOKENS * len(request.messages)
    image = audio = 0
    unseen = False
    for message in () if request.texts_alone else request.messages:
        if message.audio is not None:
            unseen = True
        for native in message.native_blocks or ():
            if _points_elsewhere(native.block):
                image, unseen = image + per_image, True
        if not isinstance(message.content, list):
            continue
        for part in message.content:
            if isinstance(part, TextPart):
                continue
            if isinstance(part, ImagePart):
                image += per_image
                url = part.image_url.url
                if url.startswith("data:image/"):
                    text -= len(url)
                elif url.startswith("data:"):
                    if not url.startswith("data:text/"):  # a film, a document
                        text, unseen = text - len(url), True
                else:
                    unseen = unseen or not url.startswith("https://")
            elif isinstance(part, AudioPart):
                audio += AUDIO_TOKENS + len(part.input_audio.data) // AUDIO_BYTES_PER_TOKEN
                text -= len(part.input_audio.data)
            elif isinstance(part, FilePart):
                data = part.file.file_data or ""
                if not data.startswith("data:text/"):
                    text, unseen = text - len(data), True
            elif isinstance(part, NativePart):
                image += per_image
                unseen = unseen or _points_elsewhere(part.block)
    tools = request.tools or ()
    if tools or request.functions:
        text += TOOLS_TOKENS + TOOL_TOKENS * (len(tools) + len(request.functions or ()))
    if unseen:
        text += context_window or REMOTE_TOKENS
    return InputBound(max(text, 0), image, audio)


def _points_elsewhere(value: Any) -> bool:
    """Whether a block names a file that only its provider has."""
    if type(value) is dict:
        if value.get("type") == "url":
            return True
        return any(name in _ELSEWHERE or _points_elsewhere(inner) for name, inner in value.items())
    return type(value) is list and any(map(_points_elsewhere, value))


_ELSEWHERE = frozenset(
    ("file_id", "fileData", "file_data", "fileUri", "file_uri", "file_url", "image_url", "item_reference")
)


class Bound(NamedTuple):
    """The most that an attempt can cost: what a budget must hold before it is made."""

    nano_usd: int
    input_nano_usd: int
    """What of it is for the input."""
    input_tokens: int
    unbounded: str | None = None
    """A field or tool for which there is no most."""


NOTHING = Bound(0, 0, 0)


def upper_bound(
    request: ChatRequest,
    prices: Prices,
    terms: Terms,
    *,
    sent_bytes: int = 0,
    upstream_model: str = "",
    context_window: int | None = None,
) -> Bound:
    """The most a call can cost whose body leaves under these terms.

    Input is charged at the dearest class that it could fall into. Where the provider runs tools of its own, the model reads again
    after each run, at most a context window; each of `terms.answers` is paid for.
    """
    bound = input_bound(request, sent_bytes=sent_bytes, upstream_model=upstream_model, context_window=context_window)
    runs = terms.answers * terms.uses
    if runs:
        bound = bound._replace(text=bound.text + (runs + 1) * (context_window or REMOTE_TOKENS))
    elif terms.unbounded is not None:  # the best that can be said of it
        bound = bound._replace(text=bound.text + (context_window or REMOTE_TOKENS))
    predicted = _length(str(request.prediction)) if request.prediction else 0
    written = terms.answers * (terms.output_tokens + predicted)
    spoken = terms.spoken or bool(request.modalities and "audio" in request.modalities)
    tokens = bound.text + bound.image + bound.audio
    read, said = _input_femto_usd(bound, prices), written * _output_femto_usd(prices, spoken=spoken)
    if (beyond := prices.beyond) is not None and tokens > prices.above_input_tokens:
        read = max(read, _input_femto_usd(bound, beyond))
        said = max(said, written * _output_femto_usd(beyond, spoken=spoken))
    read += runs * prices.search
    return Bound(_nano(read + said), _nano(read), tokens, terms.unbounded)


def _input_femto_usd(bound: InputBound, prices: Prices) -> int:
    text = max(prices.input, prices.cache_write, prices.cache_write_1h, prices.cached_input)
    return bound.text * text + bound.image * max(prices.image, text) + bound.audio * max(prices.audio, text)


def _output_femto_usd(prices: Prices, *, spoken: bool) -> int:
    return max(prices.output, prices.reasoning, prices.audio_output if spoken else 0)


def embeddings_bound(body_bytes: int, prices: Prices) -> Bound:
    """The most an embeddings request can cost: a token is at least a byte of the body."""
    tokens = body_bytes + REQUEST_TOKENS
    cost = _nano(tokens * max(prices.input, _prices_at(tokens, prices).input))
    return Bound(cost, cost, tokens)


def usd(nano_usd: int) -> str:
    """Dollars as a decimal string without trailing zeros."""
    text = f"{nano_usd // NANO_USD}.{nano_usd % NANO_USD:09d}".rstrip("0")
    return text + "00" if text.endswith(".") else text


def nano_usd(price: str) -> int:
    """Nano-dollars of a decimal string of dollars; digits beyond the ninth are cut."""
    whole, _, fraction = price.partition(".")
    return int(whole) * NANO_USD + int((fraction + "000000000")[:9])
