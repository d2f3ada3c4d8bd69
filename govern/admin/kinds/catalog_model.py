"""Catalogue models in words."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from govern.admin.faces import Face, Menu, show
from govern.admin.proposals.words.fields import Words
from govern.admin.sentences.catalogue import model
from routing.bodies import CatalogModelBody

show(
    Face(
        kind="catalog_model",
        tell=model,
        menu=Menu("catalogue", 10, _("Models")),
        words={
            "family": Words(_("Family")),
            "context_window": Words(_("Context window"), _("Tokens of prompt and answer together.")),
            "max_output_tokens": Words(_("Longest answer"), _("Tokens.")),
            "modalities": Words(_("What it takes")),
            "tools": Words(_("Calls tools")),
            "parameters": Words(
                _("Parameters"),
                _("Which it does not take. Not stated: as its provider publishes of a model of this name."),
            ),
            "not_taken": Words(_("Not taken"), _("Such as temperature. One a line.")),
            "not_taken_while_reasoning": Words(
                _("Not taken while it reasons"), _("Taken at the effort “none” alone. One a line.")
            ),
            "effort": Words(
                _("Effort if a call names none"),
                _("“none” for a model that does not reason unasked. Empty: it reasons."),
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
            "deprecated_on": Words(_("Deprecated on"), _("A day such as 2027-03-31.")),
            "retired_on": Words(
                _("Retired on"),
                _("From this day on, UTC, nothing is sent to it. Sixty days before it stands on the desk."),
            ),
            "successor": Words(_("Successor")),
            "successor_takes_over": Words(
                _("The successor takes over"),
                _(
                    "Once the model is retired, its successor answers in its place; otherwise calls that name it are refused."
                ),
            ),
            "notes": Words(_("Notes")),
        },
        choices={
            "modalities.text": pgettext_lazy("modality", "Text"),
            "modalities.image": pgettext_lazy("modality", "Images"),
            "modalities.audio": pgettext_lazy("modality", "Audio"),
            "modalities.document": pgettext_lazy("modality", "Documents"),
        },
        known={
            (CatalogModelBody, "smaller_sibling"): "catalog_model",
            (CatalogModelBody, "successor"): "catalog_model",
        },
        long=((CatalogModelBody, "notes"),),
    )
)
