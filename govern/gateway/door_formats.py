"""The formats that doors speak, one object of each."""

from govern.gateway.formats.chat import ChatFormat
from govern.gateway.formats.completions import CompletionsFormat
from govern.gateway.formats.google import GoogleFormat
from govern.gateway.formats.messages import MessagesFormat
from govern.gateway.formats.responses import ResponsesFormat

CHAT = ChatFormat()
COMPLETIONS = CompletionsFormat()
RESPONSES = ResponsesFormat()
MESSAGES = MessagesFormat()
GOOGLE = GoogleFormat(streamed=False)
