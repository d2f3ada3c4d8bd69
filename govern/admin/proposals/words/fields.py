"""What every field of every body is called, and what is good to know about it."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise


class Words(NamedTuple):
    """A field in words."""

    label: Text
    help: Text = ""


FIELDS: dict[str, Words] = {
    # everything
    "name": Words(_("Name"), _("Letters, digits and . _ : / @ -; beginning with a letter or a digit.")),
    "description": Words(_("Description"), _("What it is for, for people who meet it later.")),
    "tags": Words(_("Tags"), _("Words by which policies can select it.")),
    "reason": Words(_("Reason")),
    "action": Words(_("What happens")),
    "when": Words(_("Condition"), _("A CEL expression over the facts of a call; “true” holds for every call.")),
    "scope": Words(_("Whom it covers"), _("Nothing given: everyone. Of several, each that is given must hold.")),
    "region": Words(_("Region"), _("Where prompts are processed, such as eu. Routing and rules can ask for it.")),
    "weight": Words(_("Weight"), _("Its share among its equals; 0 takes no calls.")),
    # organisation
    "team": Words(_("Team")),
    "application": Words(_("Application")),
    "environment": Words(_("Environment")),
    "data_class": Words(_("Data class"), _("How sensitive the data are that it sends. Rules can ask for it.")),
    "models": Words(_("Models it may name"), _("None given: every model of the catalogue.")),
    "teams": Words(_("Teams")),
    "applications": Words(_("Applications")),
    "groups": Words(_("Roles")),
    "MembershipBody.teams": Words(
        _("Teams owned"), _("For an application owner: all applications of these teams are theirs.")
    ),
    "MembershipBody.applications": Words(_("Applications owned"), _("For an application owner: these are theirs.")),
    "MembershipBody.name": Words(_("Username"), _("The person must have been added already.")),
    "sign_in_code": Words(
        _("Sign-in code"),
        _(
            "Confirms that nobody but them can sign in as them. Ask them to read it from their page “Sign-in and security”, by voice or in "
            "person. Leave it empty to confirm nothing."
        ),
    ),
    "end_users": Words(
        _("End users"),
        _(
            "How the people behind its calls are known. What nobody signed, and no trusted proxy says, is recorded as claimed."
        ),
    ),
    "issuer": Words(
        _("Issuer of tokens"), _("The https address of an OpenID Connect issuer. Empty: no tokens are taken.")
    ),
    "audience": Words(
        _("Audience of tokens"),
        _("What “aud” must name. Give every application its own: a token for one is none at another."),
    ),
    "claim": Words(_("Who it is"), _("The claim of the token that says so, such as sub.")),
    "group_claim": Words(_("Groups"), _("The claim that lists them, for conditions. Empty: none is read.")),
    "other_claims": Words(_("Other claims"), _("More that conditions may read, one a line.")),
    "record": Words(_("How the trail names them")),
    # providers and models
    "provider": Words(_("Provider")),
    "ProviderBody.kind": Words(_("Interface"), _("How the provider is spoken to.")),
    "base_url": Words(
        _("Address"), _("Where its API begins, such as https://api.openai.com/v1; “embedded” is Govern's own model.")
    ),
    "data_retention": Words(
        _("What it keeps"), _("What the provider says about keeping prompts, such as “none” or “30 days”.")
    ),
    "options": Words(_("Options"), _("Settings of this provider alone, such as api_version.")),
    "limits": Words(_("Limits of one call"), _("Time is in milliseconds.")),
    "connect_ms": Words(_("To connect"), _("Milliseconds.")),
    "first_byte_ms": Words(_("To the first byte"), _("Milliseconds.")),
    "idle_ms": Words(_("Between two bytes"), _("Milliseconds.")),
    "total_ms": Words(_("In all"), _("Milliseconds.")),
    "max_response_bytes": Words(_("Largest answer"), _("Bytes.")),
    "env": Words(
        _("Environment variable"), _("Where the secret is read from if none is given here, such as OPENAI_API_KEY.")
    ),
    "model": Words(_("Model")),
    "family": Words(_("Family")),
    "context_window": Words(_("Context window"), _("Tokens of prompt and answer together.")),
    "max_output_tokens": Words(_("Longest answer"), _("Tokens.")),
    "modalities": Words(_("What it takes")),
    "tools": Words(_("Calls tools")),
    "parameters": Words(
        _("Parameters"), _("Which it does not take. Not stated: as its provider publishes of a model of this name.")
    ),
    "not_taken": Words(_("Not taken"), _("Such as temperature. One a line.")),
    "not_taken_while_reasoning": Words(
        _("Not taken while it reasons"), _("Taken at the effort “none” alone. One a line.")
    ),
    "effort": Words(
        _("Effort if a call names none"), _("“none” for a model that does not reason unasked. Empty: it reasons.")
    ),
    "usd_per_1k": Words(
        _("Prices"),
        _(
            "US dollars for 1,000 tokens. Without prices, calls that a budget covers are refused, since their cost has no bound."
        ),
    ),
    "input": Words(pgettext_lazy("price", "Input")),
    "output": Words(pgettext_lazy("price", "Output")),
    "cached_input": Words(pgettext_lazy("price", "Cached input"), _("Empty: as input.")),
    "cache_write": Words(pgettext_lazy("price", "Writing the cache"), _("Empty: as input.")),
    "reasoning": Words(pgettext_lazy("price", "Reasoning"), _("Empty: as output.")),
    "image": Words(pgettext_lazy("price", "Images"), _("Empty: as input.")),
    "audio": Words(pgettext_lazy("price", "Audio"), _("Empty: as input.")),
    "audio_output": Words(pgettext_lazy("price", "Spoken answers"), _("Empty: as output.")),
    "long_context": Words(_("Prices of long prompts"), _("For all tokens of a call whose prompt is long.")),
    "above_input_tokens": Words(_("From more tokens than")),
    "usd_per_1k_searches": Words(
        _("Price of searches"), _("US dollars for 1,000 that the provider runs. Empty: nothing.")
    ),
    "price_source": Words(_("Where the prices are from")),
    "base_latency_ms": Words(_("Expected latency"), _("Milliseconds.")),
    "scores": Words(_("Scores"), _("Published results of benchmarks, in percent. Their mean is the quality.")),
    "score_source": Words(_("Where the scores are from")),
    "good_at": Words(_("Good at"), _("One a line.")),
    "smaller_sibling": Words(_("Smaller sibling"), _("A cheaper model of the same family.")),
    "notes": Words(_("Notes")),
    "upstream_model": Words(_("Name at the provider"), _("What the provider calls the model.")),
    "DeploymentBody.region": Words(_("Region"), _("Empty: the provider's.")),
    "DeploymentBody.name": Words(_("Name"), _("Empty: model@provider.")),
    "allow_private_address": Words(_("May be at a private address"), _("Only for a server of your own network.")),
    # routing
    "rules": Words(_("Rules"), _("The first whose condition holds decides. The last must hold for every call.")),
    "objective": Words(_("Chosen by")),
    "candidates": Words(_("Candidates"), _("In order of preference.")),
    "weights": Words(
        _("Weights"), _("Shares of the candidates when they are chosen by weight; 1 where none is given.")
    ),
    "constraints": Words(
        _("Constraints"),
        _("What whoever answers must satisfy: candidates, fallbacks, the canary, the model that a caller named."),
    ),
    "max_latency_ms": Words(_("Slowest"), _("Expected latency in milliseconds.")),
    "min_quality": Words(_("Least quality"), _("From 0 to 1: the mean of its published scores.")),
    "max_cost_usd": Words(
        _("Most it may cost"),
        _("US dollars a call, by its input and its limit of tokens. Who could cost more is not asked."),
    ),
    "regions": Words(_("Regions"), _("None given: any.")),
    "fallbacks": Words(_("Fallbacks"), _("Asked in this order when no candidate answers.")),
    "canary": Words(_("Canary"), _("A share of the traffic that goes to another model first.")),
    "percent": Words(_("Percent")),
    "sticky": Words(_("Who stays together")),
    "unsupported": Words(_("Parameters that the model does not know")),
    # guards
    "mode": Words(_("Mode")),
    "on_error": Words(_("If a guard fails or is too slow")),
    "tool_results": Words(
        _("If a tool result would block"),
        _("What an agent read by itself. What people write is blocked all the same."),
    ),
    "streaming": Words(_("Streamed answers")),
    "payload": Words(
        _("What is kept of prompts and answers"), _("Encrypted, beside the trail. Of several policies, the most.")
    ),
    "time_limit_ms": Words(_("Time for a guard"), _("Milliseconds for each started 64 KiB of text.")),
    "guards": Words(_("Guards"), _("Each looks for one thing. The strictest decision wins.")),
    "GuardBody.name": Words(_("Name in findings"), _("Only needed where a policy has several guards of one sort.")),
    "on": Words(_("Where it looks")),
    "block_at": Words(_("Blocks from"), _("Score from 0 to 1.")),
    "flag_at": Words(_("Flags from"), _("Score from 0 to 1.")),
    "own_text": Words(
        _("In what applications send along"),
        _("Tool definitions, parameters, ids, replayed turns, and reminders that programs of known agents write."),
    ),
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
    # money and people
    "key": Words(_("API key"), _("application/key name.")),
    "period": Words(_("Period")),
    "limit_usd": Words(_("Limit"), _("US dollars in a period.")),
    "per_end_user": Words(
        _("For each end user"),
        _("The limit is each verified end user's own; all who are not verified share one."),
    ),
    "alert_at": Words(_("Tells at"), _("Shares of the limit, such as 0.8, 1.0.")),
    "kinds": Words(_("Changes of")),
    "risk": Words(_("At a risk of")),
    "quorum": Words(_("Approvals needed")),
    "ApprovalRuleBody.groups": Words(_("From people with the role")),
    "ApprovalRuleBody.name": Words(_("Name"), _("Empty: made of kinds and risks.")),
    "guard_policy": Words(_("Guard policy")),
    "guard": Words(_("Guard"), _("Its name in the policy, or its sort, such as pii.")),
    "ExemptionBody.reason": Words(_("Reason"), _("Why the guard may be left out; at least ten characters.")),
    "expires_at": Words(_("Ends"), _("In UTC. It must end.")),
    "target": Words(_("What is stopped")),
    "of": Words(_("Which"), _("Name of the application, model or provider; empty for everything.")),
    "StopBody.name": Words(_("Name"), _("Empty: made of what is stopped.")),
}
"""Field, or struct and field, → its words. The struct's own words win, then those of a struct it inherits from."""


def field_words(struct: type, name: str) -> Words:
    """The words of a field; one that has none yet is called as it is."""
    for owner in struct.__mro__:
        if found := FIELDS.get(f"{owner.__name__}.{name}"):
            return found
    return FIELDS.get(name) or Words(name.replace("_", " ").capitalize())
