"""Providers: one file each behind one interface. Adding one is its file, its test, and a line here."""

from collections.abc import Mapping

from routing.errors import ProviderError
from routing.providers.anthropic import AnthropicProvider
from routing.providers.google import GoogleProvider
from routing.providers.interface import Provider, Target
from routing.providers.openai import OpenAIProvider
from routing.providers.responses import ResponsesProvider

PROVIDERS: Mapping[str, Provider] = {
    "openai": OpenAIProvider("openai"),
    "openai_responses": ResponsesProvider(),
    "anthropic": AnthropicProvider(),
    "google": GoogleProvider(),
    "openai_compatible": OpenAIProvider("openai_compatible"),
}
"""Kind → provider."""

__all__ = ["PROVIDERS", "Provider", "ProviderError", "Target"]
