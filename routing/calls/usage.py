"""Tokens a call used, by class."""

import msgspec


class Usage(msgspec.Struct, omit_defaults=True, frozen=True, kw_only=True, gc=False):
    """Token counts in OpenAI's sense: `input_tokens` and `output_tokens` are totals, every other count is a part of
    one of them.

    Part of `input_tokens`: cached, cache_write (of which cache_write_1h live an hour instead of five minutes), audio,
    image. Part of `output_tokens`: reasoning, audio, image. Providers that count otherwise are converted when their
    answer is read.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    cache_write_1h_tokens: int = 0
    input_audio_tokens: int = 0
    input_image_tokens: int = 0
    reasoning_tokens: int = 0
    output_audio_tokens: int = 0
    output_image_tokens: int = 0
    accepted_prediction_tokens: int = 0
    rejected_prediction_tokens: int = 0
    web_searches: int = 0
    """Searches the provider ran for the model; billed apart from tokens."""
    estimated: bool = False
    """The provider was silent: these numbers are ours."""

    @property
    def total_tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    def as_openai(self) -> dict[str, object]:
        """The `usage` object of a chat completion."""
        return {
            "prompt_tokens": self.input_tokens,
            "completion_tokens": self.output_tokens,
            "total_tokens": self.total_tokens,
            "prompt_tokens_details": {
                "cached_tokens": self.cached_input_tokens,
                "audio_tokens": self.input_audio_tokens,
                **({"cache_write_tokens": self.cache_write_tokens} if self.cache_write_tokens else {}),
            },
            "completion_tokens_details": {
                "reasoning_tokens": self.reasoning_tokens,
                "audio_tokens": self.output_audio_tokens,
                "accepted_prediction_tokens": self.accepted_prediction_tokens,
                "rejected_prediction_tokens": self.rejected_prediction_tokens,
            },
        }


_COUNTS = tuple(name for name in Usage.__struct_fields__ if name != "estimated")


def later_usage(known: Usage | None, new: Usage) -> Usage:
    """The later count of each class, unless it is zero: streams count cumulatively, correct themselves, and some end with zeros. The last
    one says whether it is final."""
    if known is None or known == new:
        return new
    counts = {name: getattr(new, name) or getattr(known, name) for name in _COUNTS}
    return Usage(**counts, estimated=new.estimated)
