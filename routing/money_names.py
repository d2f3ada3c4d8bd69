"""Names of the fields that money depends on, as servers spell them, compared by their letters and digits alone."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

LIMITS = frozenset(
    (
        *("maxtokens", "maxcompletiontokens", "maxoutputtokens", "maxnewtokens", "maxtokenstosample", "maxlength"),
        *("maxgenlen", "maxgeneratedtokens", "maxgenerationtokens", "maxresponsetokens", "maxcompletionlength"),
        *("npredict", "numpredict", "maxdecodetokens", "maxoutputlength", "maxanswertokens"),
    )
)
"""Names of the most tokens that one answer may have: OpenAI's, Anthropic's, Google's, vLLM's, TGI's, llama.cpp's, Ollama's, Cohere's."""
_LIKE_A_LIMIT = re.compile(
    r"(?:max|num|n|total|limit).*(?:tok|len|predict)|(?:output|completion|answer|response)s?(?:tok|len)"
)
_OF_INPUT = re.compile("input|prompt|context|trunc|logprob|window|document|chunk|query|embed")
"""Limits of what is read, which cost nothing."""
LEAST = frozenset(("mintokens", "minnewtokens", "minlength", "mincompletiontokens", "minoutputtokens"))
ANSWERS = frozenset(
    (
        *("n", "bestof", "candidatecount", "numgenerations", "numreturnsequences", "numchoices", "nchoices"),
        *("numcompletions", "ncompletions", "ncmpl", "numsamples", "nsamples", "numsequences", "numcandidates"),
        *("numbeams", "nbeams", "beamwidth", "beamsize", "numoutputs", "numanswers", "answercount", "choicecount"),
        *("completioncount", "bestofn", "maxn", "nbest", "samplecount", "numresponses", "nresponses", "numrollouts"),
    )
)
"""Names of how many answers are written, or searched through, for one call."""
THOUGHTS = frozenset(
    (
        *("thinkingbudget", "budgettokens", "reasoningbudget", "maxthinkingtokens", "maxreasoningtokens"),
        *("thinkingtokens", "thinkingtokenbudget", "thinkingbudgettokens", "reasoningtokens", "reasoningmaxtokens"),
        "reasoningbudgettokens",
    )
)
TIERS = frozenset(("servicetier", "servicelevel", "speed", "performancetier", "performanceconfig"))
_PLAIN_TIERS = frozenset(("auto", "default", "standard", "standard_only", "flex", "batch", "on_demand", "normal"))
"""Tiers at the price that the catalogue holds, or below it."""
UNBOUNDED = frozenset(
    (
        *(
            "mcpservers",
            "websearchoptions",
            "websearch",
            "searchparameters",
            "plugins",
            "enablesearch",
            "searchoptions",
        ),
        *("enablewebsearch", "onlinesearch", "datasources", "connectors", "retrieval", "skills", "agents"),
        *("usebeamsearch", "chattemplate", "mmprocessorkwargs", "mediaiokwargs"),
        *("inferencegeo", "contextmanagement", "conversation"),
        "previousresponseid",
    )
)
"""What makes a provider read, search, run or charge more than the body says."""
OTHER_MODELS = frozenset(
    (
        *("models", "fallbacks", "fallbackmodels", "fallbackmodel", "preset", "routingconfig", "modelselectionconfig"),
        *("modelname", "modelid", "engine", "deploymentid", "modelconfig"),
    )
)
"""What lets a provider answer with another model than policy chose and priced."""
STORED = frozenset(("cachedcontent",))
"""Names of texts that only the provider has."""
THINKERS = frozenset(("thinking", "reasoning", "thinkingconfig", "chattemplatekwargs", "outputconfig"))
OWN_WORDS = frozenset(
    (
        *("model", "messages", "stream", "temperature", "top_p", "top_k", "stop", "seed", "logprobs", "top_logprobs"),
        *("tools", "tool_choice", "parallel_tool_calls", "functions", "function_call", "response_format", "verbosity"),
        *("reasoning_effort", "modalities", "audio", "prediction", "metadata", "user", "safety_identifier", "store"),
        *("prompt_cache_key", "prompt_cache_retention", "presence_penalty", "frequency_penalty", "logit_bias"),
        *("stream_options", "input", "instructions", "include", "text", "truncation", "top_logprobs", "system"),
        *("stop_sequences", "contents", "systemInstruction", "system_instruction", "toolConfig", "tool_config"),
        *(
            "safetySettings",
            "safety_settings",
            "labels",
            "prompt",
            "output_format",
            "cache_control",
            "documents",
            "max_tool_calls",
        ),
        *("guided_json", "structured_outputs", "json_schema", "format", "responseSchema", "response_schema"),
        *("responseJsonSchema", "response_json_schema"),
    )
)
"""Fields whose insides are texts, schemas or names of the caller's, never settings of a server."""

ONE_SPELLING = frozenset(
    (
        *("model", "messages", "input", "contents", "prompt", "system", "instructions", "tools", "functions", "stream"),
        *("modalities", "audio", "prediction", "maxtoolcalls"),
    )
)
"""Fields that decide who answers, what is read and what is written. A server that reads keys without case would take another spelling."""
CONTAINERS = frozenset(
    (
        *("extrabody", "extra", "extraparams", "extraargs", "options", "params", "parameters", "overrides", "body"),
        *("additionalmodelrequestfields", "additionalparams", "litellmparams", "optionalparams", "provideroptions"),
        *("generationconfig", "samplingparams", "config", "settings", "google", "vertex"),
    )
)
"""Objects whose fields a server may take as if they stood beside `model`."""
EMBEDDED = frozenset(
    (
        "inputs",
        "images",
        "image",
        "imageurl",
        "imageurls",
        "texts",
        "videos",
        "video",
        "audios",
        "files",
        "documents",
        "content",
    )
)
"""What servers embed beside `input`, or instead of it: media whose size nothing in the body says."""
MODALITIES = frozenset(("responsemodalities", "outputmodalities", "speechconfig"))


@lru_cache(4_096)
def plain_name(name: str) -> str:
    """The letters and digits of a field's name, folded: also a long s and full-width letters, which some servers take for plain ones."""
    folded = name.casefold() if name.isascii() else unicodedata.normalize("NFKC", name).casefold()
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))


@lru_cache(4_096)
def is_limit(plain: str) -> bool:
    """Whether a folded name is one of the most tokens that an answer may have."""
    return plain in LIMITS or (
        _LIKE_A_LIMIT.match(plain) is not None and not _OF_INPUT.search(plain) and plain not in THOUGHTS
    )


def is_dearer(value: Any) -> bool:
    """Whether a tier costs more than the price that the catalogue holds."""
    return bool(value) and not (type(value) is str and value.lower() in _PLAIN_TIERS)


def costs_more(plain: str, value: Any) -> bool:
    """Whether the value of a field without a bound makes the call cost more."""
    if plain == "inferencegeo":
        return bool(value != "global")
    if plain == "contextmanagement":
        return "compact" in str(value)
    return value is not False and value != [] and value != ""


def number_of(value: Any) -> int:
    """A number as a lenient server may read it; what is none reads as 0."""
    if type(value) is str:
        try:
            value = float(value)
        except ValueError:
            return 0
    if type(value) is float:
        return int(value) if value == value and abs(value) < 1e18 else 1 << 60
    return value if type(value) is int else 0
