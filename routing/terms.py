"""What a body that is about to leave may cost: each field that money depends on has one name and one value.

Every provider's requests end here, whichever door they came through and whether they were translated or passed on. Names are compared
by their letters and digits alone, folded, since servers that imitate others take several spellings and some read keys without case.
A limit leaves once, under the name that its provider knows, never above what the catalogue allows; what multiplies a call is read or
refused; what nobody can bound is named, so that a budget that blocks refuses it.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from routing.calls import InvalidRequest

Tree = dict[str, Any]

MAX_ANSWERS = 128
MAX_USES = 100
DEFAULT_USES = 10
"""Uses of a provider's own tool where a budget must hold them and the caller says no number."""

_LIMITS = frozenset(
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
_LEAST = frozenset(("mintokens", "minnewtokens", "minlength", "mincompletiontokens", "minoutputtokens"))
_ANSWERS = frozenset(
    (
        *("n", "bestof", "candidatecount", "numgenerations", "numreturnsequences", "numchoices", "nchoices"),
        *("numcompletions", "ncompletions", "ncmpl", "numsamples", "nsamples", "numsequences", "numcandidates"),
        *("numbeams", "nbeams", "beamwidth", "beamsize", "numoutputs", "numanswers", "answercount", "choicecount"),
        *("completioncount", "bestofn", "maxn", "nbest", "samplecount", "numresponses", "nresponses", "numrollouts"),
    )
)
"""Names of how many answers are written, or searched through, for one call."""
_THOUGHTS = frozenset(
    (
        *("thinkingbudget", "budgettokens", "reasoningbudget", "maxthinkingtokens", "maxreasoningtokens"),
        *("thinkingtokens", "thinkingtokenbudget", "thinkingbudgettokens", "reasoningtokens", "reasoningmaxtokens"),
        "reasoningbudgettokens",
    )
)
_TIERS = frozenset(("servicetier", "servicelevel", "speed", "performancetier", "performanceconfig"))
_PLAIN_TIERS = frozenset(("auto", "default", "standard", "standard_only", "flex", "batch", "on_demand", "normal"))
"""Tiers at the price that the catalogue holds, or below it."""
_UNBOUNDED = frozenset(
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
_OTHER_MODELS = frozenset(
    (
        *("models", "fallbacks", "fallbackmodels", "fallbackmodel", "preset", "routingconfig", "modelselectionconfig"),
        *("modelname", "modelid", "engine", "deploymentid", "modelconfig"),
    )
)
"""What lets a provider answer with another model than policy chose and priced."""
_STORED = frozenset(("cachedcontent",))
"""Names of texts that only the provider has."""
_THINKERS = frozenset(("thinking", "reasoning", "thinkingconfig", "chattemplatekwargs", "outputconfig"))
_OWN_WORDS = frozenset(
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

_ONE_SPELLING = frozenset(
    (
        *("model", "messages", "input", "contents", "prompt", "system", "instructions", "tools", "functions", "stream"),
        *("modalities", "audio", "prediction", "maxtoolcalls"),
    )
)
"""Fields that decide who answers, what is read and what is written. A server that reads keys without case would take another spelling."""
_CONTAINERS = frozenset(
    (
        *("extrabody", "extra", "extraparams", "extraargs", "options", "params", "parameters", "overrides", "body"),
        *("additionalmodelrequestfields", "additionalparams", "litellmparams", "optionalparams", "provideroptions"),
        *("generationconfig", "samplingparams", "config", "settings", "google", "vertex"),
    )
)
"""Objects whose fields a server may take as if they stood beside `model`."""


class Terms(NamedTuple):
    """What bounds the cost of a body, read from the body itself."""

    output_tokens: int
    """The most that one answer may have, reasoning included."""
    answers: int = 1
    uses: int = 0
    """How often the provider may run tools of its own for one answer."""
    unbounded: str | None = None
    """The field or tool whose cost nothing bounds."""
    dropped: tuple[str, ...] = ()
    """Fields that were left out, since the catalogue has no price for them."""
    spoken: bool = False
    """Whether the answer may be speech."""


class Names(NamedTuple):
    """How a kind of provider calls what it charges by."""

    limit: str
    """The one name under which the limit of an answer leaves."""
    tool_uses: Callable[[Tree], "Uses"]
    always: bool = False
    """Whether the limit must be there."""
    camel_case: bool = False
    inside: str | None = None
    """The object that holds the limit; the body itself where None."""
    least: int = 1
    """The smallest limit that the provider takes."""


class Uses(NamedTuple):
    """How often tools of the provider's own may run: `said`, or without a bound by the tool that is `unbounded`."""

    said: int = 0
    unbounded: str | None = None
    set_default: Callable[[Tree], Tree] | None = None
    """Writes `DEFAULT_USES` where the caller said nothing."""


@lru_cache(4_096)
def plain_name(name: str) -> str:
    """The letters and digits of a field's name, folded: also a long s and full-width letters, which some servers take for plain ones."""
    folded = name.casefold() if name.isascii() else unicodedata.normalize("NFKC", name).casefold()
    return folded if folded.isalnum() else "".join(filter(str.isalnum, folded))


@lru_cache(4_096)
def _is_limit(plain: str) -> bool:
    return plain in _LIMITS or (
        _LIKE_A_LIMIT.match(plain) is not None and not _OF_INPUT.search(plain) and plain not in _THOUGHTS
    )


def bounded(tree: Tree, names: Names, *, most_tokens: int, held: bool) -> tuple[Tree, Terms]:
    """The body as it may leave, and what bounds its cost. The same object if nothing changes; never changed in place.

    most_tokens: the catalogue's maximum for one answer. held: a budget covers the call, so everything must have a bound.
    Raises InvalidRequest for a value that is no whole number, and for one field in two spellings where they cannot be joined.
    """
    if names.camel_case:
        tree = _in_one_case(tree)
    changes = config = _Changes(tree)
    levels = [("", changes)]
    if names.inside is not None:
        config = _Changes(_object(tree.get(names.inside), names.inside))
        levels.append((f"{names.inside}.", config))
    unbounded: str | None = None
    limits: list[int] = []
    answers = 1
    dropped: list[str] = []
    spoken = False
    later: list[tuple[_Changes, str, str, Any]] = []
    for where, level in levels:
        for name, value in level.tree.items():
            if name in _OWN_WORDS or name == names.inside:
                spoken = spoken or (name == "modalities" and _speaks(value))
                continue
            plain = plain_name(name)
            if plain in _ONE_SPELLING:
                raise InvalidRequest(f"`{where}{name}` is another spelling of `{plain}`; leave it out.", where + name)
            if _is_limit(plain):
                if value is not None:
                    limits.append(_count(value, where + name))
                if value is None or level is not config or name != names.limit:
                    level.drop(name)
            elif value is None:
                continue
            elif plain in _ANSWERS:
                answers *= _answers(value, where + name)
            elif plain in _TIERS:
                if _is_dearer(value):
                    level.drop(name)
                    dropped.append(where + name)
            elif plain in _UNBOUNDED:
                unbounded = unbounded or (where + name if _costs_more(plain, value) else None)
            elif plain in _STORED:
                raise _unseen(where + name)
            elif plain in _OTHER_MODELS and value not in ([], {}, "", False):
                raise InvalidRequest(
                    f"`{where}{name}` could choose another model than policy did; leave it out.", where + name
                )
            elif plain in _MODALITIES:
                spoken = spoken or _speaks(value)
            elif plain in _LEAST or plain in _THOUGHTS or plain in _THINKERS:
                later.append((level, name, plain, value))  # once the limit is known
            elif type(value) is dict or type(value) is list:
                _refuse_inside(value, where + name, merged=plain in _CONTAINERS)
    if answers > MAX_ANSWERS:
        raise InvalidRequest(f"The fields that multiply answers come to {answers}; ask for at most {MAX_ANSWERS}.")
    limit = max(min(limits, default=most_tokens), names.least)
    limit = min(limit, max(most_tokens, names.least))
    if limits or held or names.always:
        config.put(names.limit, limit)
    thoughts = _bound_thoughts(later, limit) if later else 0
    uses = names.tool_uses(tree)
    if held and uses.set_default is not None:
        changes.replace_all(uses.set_default(changes.result()))
        uses = names.tool_uses(changes.result())
    if config is not changes:
        inner = config.result()
        if inner is not config.tree:
            changes.put(names.inside or "", inner)
    return changes.result(), Terms(
        output_tokens=limit + thoughts,
        answers=answers,
        uses=uses.said,
        unbounded=unbounded or uses.unbounded,
        dropped=tuple(dropped),
        spoken=spoken,
    )


def without_multipliers(tree: Tree) -> Tree:
    """A body of embeddings without tiers that have no price. Raises InvalidRequest for what multiplies its cost."""
    kept = {}
    for name, value in tree.items():
        plain = plain_name(name)
        if plain in _ANSWERS and _number(value) > 1:
            raise InvalidRequest(f"`{name}` multiplies what embeddings cost; leave it out.", name)
        if name not in ("model", "input") and (plain in _ONE_SPELLING or plain in _EMBEDDED):
            raise InvalidRequest(f"`{name}` is nothing that embeddings know, or another spelling; leave it out.", name)
        if name != "input" and (type(value) is dict or type(value) is list):
            _refuse_inside(value, name, merged=plain in _CONTAINERS)
        if plain not in _TIERS or not _is_dearer(value):
            kept[name] = value
    return kept


class _Changes:
    """An object that is copied at its first change."""

    __slots__ = ("_changed", "tree")

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._changed: Tree | None = None

    def put(self, name: str, value: Any) -> None:
        known = self.result().get(name)
        if known != value or type(known) is not type(value):
            self._copy()[name] = value

    def drop(self, name: str) -> None:
        self._copy().pop(name, None)

    def replace_all(self, tree: Tree) -> None:
        self._changed = tree

    def result(self) -> Tree:
        return self.tree if self._changed is None else self._changed

    def _copy(self) -> Tree:
        if self._changed is None:
            self._changed = dict(self.tree)
        return self._changed


def _count(value: Any, where: str) -> int:
    """A number of tokens or answers: the same for every reader, or InvalidRequest."""
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int or value < 1:
        raise InvalidRequest(f"`{where}` must be a whole number from 1.", where)
    return value


def _answers(value: Any, where: str) -> int:
    count = 1 if value is False else _count(value, where)
    if count > MAX_ANSWERS:
        raise InvalidRequest(f"`{where}` must be a whole number from 1 to {MAX_ANSWERS}.", where)
    return count


def _is_dearer(value: Any) -> bool:
    return bool(value) and not (type(value) is str and value.lower() in _PLAIN_TIERS)


def _costs_more(plain: str, value: Any) -> bool:
    if plain == "inferencegeo":
        return bool(value != "global")
    if plain == "contextmanagement":
        return "compact" in str(value)
    return value is not False and value != [] and value != ""


def _bound_thoughts(later: "list[tuple[_Changes, str, str, Any]]", limit: int) -> int:
    """Keeps budgets of reasoning and least lengths within the limit. Returns what a server might write beyond it."""
    beyond = 0
    for level, name, plain, value in later:
        if plain in _THINKERS:
            if type(value) is dict and (inner := _within(value, limit, f"{name}.")) != value:
                level.put(name, inner)
            continue
        number = _number(value)
        if not 0 <= number <= limit:
            number = limit
            level.put(name, limit)
        if plain in _THOUGHTS:  # a field of servers that count reasoning apart from the answer
            beyond = max(beyond, number)
    return beyond


def _within(value: Tree, limit: int, where: str) -> Tree:
    inner = dict(value)
    for name, said in value.items():
        plain = plain_name(name)
        if plain in _THOUGHTS or _is_limit(plain):
            if said is not None and type(said) is not bool and _number(said) > limit - 1:
                inner[name] = max(limit - 1, 0)
        elif plain in _ANSWERS or (plain in _TIERS and _is_dearer(said)):
            raise InvalidRequest(f"`{where}{name}` is not taken here; say it beside `model`.", where + name)
        elif type(said) is dict and plain not in ("format", "schema"):
            inner[name] = _within(said, limit, f"{where}{name}.")
    return inner


def _number(value: Any) -> int:
    """A number as a lenient server may read it; what is none reads as 0."""
    if type(value) is str:
        try:
            value = float(value)
        except ValueError:
            return 0
    if type(value) is float:
        return int(value) if value == value and abs(value) < 1e18 else 1 << 60
    return value if type(value) is int else 0


_EMBEDDED = frozenset(
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
_MODALITIES = frozenset(("responsemodalities", "outputmodalities", "speechconfig"))


def _speaks(value: Any) -> bool:
    return "audio" in str(value).lower() or type(value) is dict


def _unseen(where: str) -> InvalidRequest:
    return InvalidRequest(f"`{where}` names a text that only the provider has; send the content itself.", where)


def _refuse_inside(value: Any, where: str, *, merged: bool = False) -> None:
    """Settings that money depends on, inside an object that is not known here: a server might obey them unseen.

    merged: of an object whose fields a server may take as if they stood beside `model`.
    """
    if type(value) is list:
        for index, item in enumerate(value):
            _refuse_inside(item, f"{where}[{index}]", merged=merged)
    elif type(value) is dict:
        for name, item in value.items():
            plain = plain_name(name)
            inner = type(item) is dict or type(item) is list
            if plain in _STORED:
                raise _unseen(f"{where}.{name}")
            if (not inner and _obeyed(plain, item)) or (merged and _obeyed_if_merged(plain, item)):
                raise InvalidRequest(f"`{where}.{name}` is not taken here; say it beside `model`.", f"{where}.{name}")
            if inner:
                _refuse_inside(item, f"{where}.{name}", merged=merged or plain in _CONTAINERS)


def _obeyed(plain: str, value: Any) -> bool:
    """No number, or one below zero, lifts a limit."""
    return (_is_limit(plain) and _number(value) != 1) or (plain in _ANSWERS and not 0 <= _number(value) <= 1)


def _obeyed_if_merged(plain: str, value: Any) -> bool:
    if plain in _TIERS:
        return _is_dearer(value)
    if plain in _UNBOUNDED:
        return value is not None and _costs_more(plain, value)
    return (
        plain in _ONE_SPELLING
        or plain in _OTHER_MODELS
        or plain in _MODALITIES
        or plain in _THOUGHTS
        or plain in _LEAST
    )


def _object(value: Any, where: str) -> Tree:
    if value is None:
        return {}
    if type(value) is not dict:
        raise InvalidRequest(f"`{where}` must be an object.", where)
    return value


_CAMEL: Mapping[str, str] = {
    plain_name(name): name
    for name in (
        *("generationConfig", "maxOutputTokens", "candidateCount", "thinkingConfig", "thinkingBudget", "thinkingLevel"),
        *("includeThoughts", "serviceTier", "responseModalities", "toolConfig", "cachedContent", "systemInstruction"),
    )
}


def _in_one_case(tree: Tree, where: str = "") -> Tree:
    """Google's fields that money depends on, in camel case alone. Raises InvalidRequest for one in both spellings."""
    changed, seen = False, {}
    for name, value in tree.items():
        plain = plain_name(name)
        written = _CAMEL.get(plain, name)
        if plain in ("generationconfig", "thinkingconfig") and type(value) is dict:
            inner = _in_one_case(value, f"{where}{written}.")
            changed = changed or inner is not value
            value = inner
        if written in seen or (plain != name and written != name and written in tree):
            raise InvalidRequest(f"`{where}{written}` stands there in two spellings; send one.", f"{where}{written}")
        changed = changed or written != name
        seen[written] = value
    return seen if changed else tree
