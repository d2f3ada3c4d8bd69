"""The formats that doors speak, one object of each."""

from routing.wire.chat import ChatFormat
from routing.wire.chat.completions import CompletionsFormat
from routing.wire.google import GoogleFormat
from routing.wire.messages import MessagesFormat
from routing.wire.responses import ResponsesFormat

CHAT = ChatFormat()
COMPLETIONS = CompletionsFormat()
RESPONSES = ResponsesFormat()
MESSAGES = MessagesFormat()
GOOGLE = GoogleFormat(streamed=False)
