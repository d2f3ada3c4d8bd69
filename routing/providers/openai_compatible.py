"""The many services that speak OpenAI's chat completions."""

from routing.providers.chat_completions import OpenAIProvider
from routing.providers.described import Described, gettext_noop

PROVIDER = Described(
    kind="openai_compatible",
    provider=OpenAIProvider("openai_compatible"),
    label=gettext_noop("Compatible with OpenAI"),
    speaks="OpenAI-compatible",
    needs_credential=False,
    place=5,
)
