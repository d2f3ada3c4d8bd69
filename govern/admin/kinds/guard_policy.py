"""Guard policies in words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.guards import guard_policy
from govern.enforcement.guards import GUARDS
from govern.enforcement.guards.pii import Pii
from govern.enforcement.guards.secrets import Secrets

_OF_GUARDS = {
    f"{guard.body.__name__}.{name}": Words(_(label), _(about))
    for guard in GUARDS.values()
    for name, (label, about) in guard.fields.items()
}

show(
    Face(
        kind="guard_policy",
        tell=guard_policy,
        menu=Menu("policy", 10, _("Guard policies")),
        words={
            **_OF_GUARDS,
            "mode": Words(_("Mode")),
            "on_error": Words(_("If a guard fails or is too slow")),
            "tool_results": Words(
                _("If a tool result would block"),
                _("What an agent read by itself. What people write is blocked all the same."),
            ),
            "tool_calls": Words(
                _("If an answer calls a tool with a value that is masked"),
                _("A program runs these words: with a mask in them they are another command."),
            ),
            "streaming": Words(_("Streamed answers")),
            "payload": Words(
                _("What is kept of prompts and answers"),
                _("Encrypted, beside the trail. Of several policies, the most."),
            ),
            "time_limit_ms": Words(_("Time for a guard"), _("Milliseconds for each started 64 KiB of text.")),
            "use_case_for_keys": Words(
                _("Ask for a use case before a key is issued"),
                _("An application that it covers gets no key unless it names a use case whose review is not overdue."),
            ),
            "sampled_a_week": Words(
                _("Calls a week that people rate"),
                _("Of each application that it covers, drawn at random. 0: none. Of several policies, the most."),
            ),
            "guards": Words(_("Guards"), _("Each looks for one thing. The strictest decision wins.")),
            "GuardBody.name": Words(
                _("Name in findings"), _("Only needed where a policy has several guards of one sort.")
            ),
            "on": Words(_("Where it looks")),
            "block_at": Words(_("Blocks from"), _("Score from 0 to 1.")),
            "flag_at": Words(_("Flags from"), _("Score from 0 to 1.")),
            "own_text": Words(
                _("In what applications send along"),
                _(
                    "Tool definitions, parameters, ids, replayed turns, and reminders that programs of known agents write."
                ),
            ),
            "second_tier": Words(
                _("Second tier"),
                _(
                    "A small encoder of an optional package, for what users, tools and documents say. "
                    "It is not asked about what blocks already."
                ),
            ),
            "SecondOpinion.ask": Words(
                _("When it is asked"),
                _("The grey zone holds at most 15 in 100 honest texts. If it cannot be asked, the guard has failed."),
            ),
            "SecondOpinion.time_limit_ms": Words(_("Time for one text"), _("Milliseconds, 2000 at most.")),
            "deep": Words(_("Second opinion of a classifier")),
            "types": Words(_("Kinds"), _("None given: every kind.")),
            "redaction": Words(_("What stands in its place")),
            "min_score": Words(_("Counts from"), _("Score from 0 to 1.")),
            "topic": Words(_("Topic"), _("What findings call it.")),
            "terms": Words(_("Words"), _("One a line. Upper and lower case are the same; whole words only.")),
            "patterns": Words(_("Patterns"), _("One regular expression a line.")),
            "Leak.canary": Words(_("Hide a canary word in the system prompt")),
            "min_overlap": Words(_("Least overlap"), _("Sequences of eight words of the system prompt in the answer.")),
            "schema": Words(_("JSON Schema")),
            "allow_fence": Words(_("Allow text around the JSON, such as a code fence")),
            "pattern": Words(_("Pattern"), _("A regular expression that runs in linear time.")),
            "must": Words(_("Answers must")),
            "min_chars": Words(_("Least characters")),
            "max_chars": Words(_("Most characters")),
            "min_words": Words(_("Least words")),
            "max_words": Words(_("Most words")),
            "message": Words(_("Message to the caller")),
            "Classifier.model": Words(_("Model"), _("Directory of an ONNX model; or give an address.")),
            "url": Words(_("Address"), _("Of an HTTP service; or give a model.")),
            "label": Words(_("Label that counts")),
            "Classifier.when": Words(_("When it is asked")),
            "grey_from": Words(_("Grey zone from"), _("Score of the injection guard.")),
            "grey_to": Words(_("Grey zone to"), _("Score of the injection guard.")),
        },
        choices={
            "action.flag": _("Flag: let it pass and note it"),
            "action.redact": _("Redact: take it out and let the rest pass"),
            "action.block": _("Block: refuse the call"),
            "action.retry": _("Ask again once, then block"),
            "mode.enforce": _("Enforce: do what the guards decide"),
            "mode.observe": _("Observe: record, never act"),
            "on_error.block": _("Block the call"),
            "on_error.flag": _("Flag the call"),
            "on_error.allow": _("Let the call pass"),
            "tool_results.replace": _("Take it out and let the call go on"),
            "tool_results.block": _("Block the call"),
            "tool_calls.redact": _("Mask it there too"),
            "tool_calls.flag": _("Leave it there and note it"),
            "tool_calls.block": _("Refuse the answer"),
            "streaming.window": _("Inspected window by window"),
            "streaming.buffer": _("Held back until all of it is inspected"),
            "payload.metadata": _("A digest only"),
            "payload.redacted": _("The redacted text"),
            "payload.full": _("The whole text"),
            "on.input": _("What callers send"),
            "on.output": _("Answers"),
            "deep.auto": _("When the score is in between"),
            "deep.always": pgettext_lazy("classifier", "Always"),
            "deep.never": pgettext_lazy("classifier", "Never"),
            "ask.never": pgettext_lazy("second tier", "Never"),
            "ask.grey": _("In the grey zone, where the first tier is not sure"),
            "ask.always": pgettext_lazy("second tier", "Always"),
            "redaction.mask": _("Stars, the last characters stay"),
            "redaction.placeholder": _("A placeholder, such as <EMAIL>"),
            "redaction.hash": _("A keyed digest"),
            "redaction.vault": _("A placeholder that is turned back in the answer"),
            "must.match": _("match the pattern"),
            "must.not_match": _("not contain the pattern"),
            "when.grey": _("When the injection guard is unsure"),
            "when.always": _("For every call"),
        },
        known={
            (Pii, "types"): "personal_data",
            (Secrets, "types"): "secret",
        },
        rows=("guards", "guard "),
        conditions=True,
    )
)
