"""The data plane as DRF views, which describe it for the API's document. The router in front serves the same coroutines without Django; one
parity test covers both doors."""

from functools import partial
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema

from govern.api.gateway_bridge import DataPlaneView
from govern.api.schemas import (
    ANY_OBJECT,
    ANY_RESPONSES,
    CHAT_REQUEST,
    CHAT_RESPONSE,
    EMBEDDINGS_REQUEST,
    EMBEDDINGS_RESPONSE,
    ERROR,
    ERRORS,
    EXPLANATION_RESPONSE,
    GUARD_REQUEST,
    GUARD_RESPONSE,
    MODELS_RESPONSE,
    PENDING_RECEIPT,
    RECEIPT_RESPONSE,
)
from govern.gateway.doors.asgi_door import Endpoint
from govern.gateway.doors.chat_doors import serve
from govern.gateway.doors.completions import serve_completions
from govern.gateway.doors.conversations_doors import serve_conversations
from govern.gateway.doors.door_formats import CHAT, MESSAGES
from govern.gateway.doors.embeddings_doors import serve_embeddings
from govern.gateway.doors.explain_door import serve_explanation
from govern.gateway.doors.google_doors import serve_google
from govern.gateway.doors.models import serve_model, serve_models
from govern.gateway.doors.receipts_door import serve_receipt
from govern.gateway.doors.responses_doors import serve_below_responses, serve_responses, serve_upgrade
from govern.gateway.doors.token_count_doors import serve_token_count
from govern.gateway.doors.verdict_doors import serve_guard, serve_moderations


class ChatCompletionsView(DataPlaneView):
    """Chat completions in OpenAI's format."""

    endpoints: ClassVar[dict[str, Endpoint]] = {"POST": partial(serve, format_=CHAT)}

    @extend_schema(
        operation_id="chat_completions",
        tags=["data plane"],
        request=CHAT_REQUEST,
        responses={200: CHAT_RESPONSE, **dict.fromkeys(ERRORS, ERROR)},
    )
    def post(self, request: Any) -> None:
        """Answers a chat under the policy in force. With `stream: true` the answer comes as server-sent events."""


class ExplainView(DataPlaneView):
    """Where a chat completion would go, and why."""

    endpoints: ClassVar[dict[str, Endpoint]] = {"POST": serve_explanation}

    @extend_schema(
        operation_id="explain",
        tags=["data plane"],
        request=CHAT_REQUEST,
        responses={200: EXPLANATION_RESPONSE, **dict.fromkeys(ERRORS, ERROR)},
    )
    def post(self, request: Any) -> None:
        """Decides the route of a chat completion and says how, without asking anybody. It is no call: nothing is recorded or spent, and
        guards are not asked."""


class CompletionsView(DataPlaneView):
    """Completions of a prompt, OpenAI's older format."""

    endpoints: ClassVar[dict[str, Endpoint]] = {"POST": serve_completions}

    @extend_schema(operation_id="completions", tags=["data plane"], request=ANY_OBJECT, responses=ANY_RESPONSES)
    def post(self, request: Any) -> None:
        """Goes on from a prompt under the policy in force; of several prompts, each is a call of its own."""


class ResponsesView(DataPlaneView):
    """Responses in OpenAI's format."""

    endpoints: ClassVar[dict[str, Endpoint]] = {"POST": serve_responses, "GET": serve_upgrade}

    @extend_schema(operation_id="responses", tags=["data plane"], request=ANY_OBJECT, responses=ANY_RESPONSES)
    def post(self, request: Any) -> None:
        """Answers under the policy in force. `previous_response_id` goes on from an earlier answer of the same application.

        With `background: true` the response is queued and run by a worker; it is read, followed and cancelled by its id.
        """


class KeptResponsesView(DataPlaneView):
    """Responses that are kept, by their id. They belong to the application that asked for them."""

    endpoints: ClassVar[dict[str, Endpoint]] = dict.fromkeys(("GET", "POST", "DELETE"), serve_below_responses)

    @extend_schema(operation_id="kept_response", tags=["data plane"], responses=ANY_RESPONSES)
    def get(self, request: Any, rest: str) -> None:
        """`{id}`: the response, with `stream=true` as events until it ends. `{id}/input_items`: what the model read, page by page."""

    @extend_schema(operation_id="response_operations", tags=["data plane"], request=ANY_OBJECT, responses=ANY_RESPONSES)
    def post(self, request: Any, rest: str) -> None:
        """`{id}/cancel` stops a response in the background. `input_tokens` estimates a request's tokens; it goes to no provider."""

    @extend_schema(operation_id="delete_kept_response", tags=["data plane"], responses=ANY_RESPONSES)
    def delete(self, request: Any, rest: str) -> None:
        """`{id}`: destroys the key of what is kept, and stops the response if it still runs."""


class ConversationsView(DataPlaneView):
    """Conversations: turns that belong together. They belong to the application that began them."""

    endpoints: ClassVar[dict[str, Endpoint]] = {"POST": serve_conversations}

    @extend_schema(operation_id="begin_conversation", tags=["data plane"], request=ANY_OBJECT, responses=ANY_RESPONSES)
    def post(self, request: Any) -> None:
        """Begins one, with `items` (at most 20) and `metadata`. A response with `conversation` reads it and becomes its next turn."""


class KeptConversationsView(DataPlaneView):
    """A conversation by its id, its `items`, and one of them."""

    endpoints: ClassVar[dict[str, Endpoint]] = dict.fromkeys(("GET", "POST", "DELETE"), serve_conversations)

    @extend_schema(operation_id="kept_conversation", tags=["data plane"], responses=ANY_RESPONSES)
    def get(self, request: Any, rest: str) -> None:
        """`{id}`, `{id}/items` page by page, or `{id}/items/{item_id}`."""

    @extend_schema(operation_id="add_to_conversation", tags=["data plane"], request=ANY_OBJECT, responses=ANY_RESPONSES)
    def post(self, request: Any, rest: str) -> None:
        """`{id}` changes the metadata, `{id}/items` adds items."""

    @extend_schema(operation_id="delete_conversation", tags=["data plane"], responses=ANY_RESPONSES)
    def delete(self, request: Any, rest: str) -> None:
        """`{id}` deletes the conversation, not its responses; `{id}/items/{item_id}` takes an item out."""


class MessagesView(DataPlaneView):
    """Messages in Anthropic's format."""

    endpoints: ClassVar[dict[str, Endpoint]] = {"POST": partial(serve, format_=MESSAGES)}

    @extend_schema(operation_id="messages", tags=["data plane"], request=ANY_OBJECT, responses=ANY_RESPONSES)
    def post(self, request: Any) -> None:
        """Answers under the policy in force, whichever provider serves the model."""


class CountTokensView(DataPlaneView):
    """How many tokens a prompt in Anthropic's format will be."""

    endpoints: ClassVar[dict[str, Endpoint]] = {"POST": serve_token_count}

    @extend_schema(operation_id="count_tokens", tags=["data plane"], request=ANY_OBJECT, responses=ANY_RESPONSES)
    def post(self, request: Any) -> None:
        """Estimates it here: the prompt goes to no provider."""


class GenerateContentView(DataPlaneView):
    """Google's `models/{model}:generateContent`, `:streamGenerateContent`, `:countTokens`, its embeddings, and one model."""

    endpoints: ClassVar[dict[str, Endpoint]] = {"POST": serve_google, "GET": serve_model}

    @extend_schema(tags=["data plane"], request=ANY_OBJECT, responses=ANY_RESPONSES)
    def post(self, request: Any, rest: str) -> None:
        """Answers under the policy in force, whichever provider serves the model."""

    @extend_schema(tags=["data plane"], responses=ANY_RESPONSES)
    def get(self, request: Any, rest: str) -> None:
        """One model, in the shape of the client that asks: OpenAI's, Anthropic's or Google's."""


class EmbeddingsView(DataPlaneView):
    """Embeddings in OpenAI's format."""

    endpoints: ClassVar[dict[str, Endpoint]] = {"POST": serve_embeddings}

    @extend_schema(
        operation_id="embeddings",
        tags=["data plane"],
        request=EMBEDDINGS_REQUEST,
        responses={200: EMBEDDINGS_RESPONSE, **dict.fromkeys(ERRORS, ERROR)},
    )
    def post(self, request: Any) -> None:
        """Turns texts into vectors. Guards inspect the texts."""


class GuardView(DataPlaneView):
    """What the guards in force make of a text."""

    endpoints: ClassVar[dict[str, Endpoint]] = {"POST": serve_guard}

    @extend_schema(
        operation_id="guard",
        tags=["data plane"],
        request=GUARD_REQUEST,
        responses={200: GUARD_RESPONSE, **dict.fromkeys((400, 401, 403, 413, 500, 503), ERROR)},
    )
    def post(self, request: Any) -> None:
        """Judges texts that go, or went, somewhere else. It is recorded like a call and goes to no provider."""


class ModerationsView(DataPlaneView):
    """Moderations in OpenAI's form, by the guards in force."""

    endpoints: ClassVar[dict[str, Endpoint]] = {"POST": serve_moderations}

    @extend_schema(operation_id="moderations", tags=["data plane"], request=ANY_OBJECT, responses=ANY_RESPONSES)
    def post(self, request: Any) -> None:
        """Says whether a guard finds something. Categories are the guards that were asked and the kinds that they found."""


class ModelsView(DataPlaneView):
    """The models that the caller may name."""

    endpoints: ClassVar[dict[str, Endpoint]] = {"GET": serve_models}

    @extend_schema(
        operation_id="list_models", tags=["data plane"], responses={200: MODELS_RESPONSE, 401: ERROR, 503: ERROR}
    )
    def get(self, request: Any) -> None:
        """Lists them, `auto` first where policy decides."""


class GoogleModelsView(DataPlaneView):
    """The models that the caller may name, in Google's shape."""

    endpoints: ClassVar[dict[str, Endpoint]] = {"GET": serve_models}

    @extend_schema(operation_id="list_google_models", tags=["data plane"], responses=ANY_RESPONSES)
    def get(self, request: Any) -> None:
        """Lists them, `auto` first where policy decides."""


class ReceiptsView(DataPlaneView):
    """What a caller was answered, provably."""

    endpoints: ClassVar[dict[str, Endpoint]] = {"GET": serve_receipt}

    @extend_schema(
        operation_id="receipt",
        tags=["data plane"],
        responses={200: RECEIPT_RESPONSE, 202: PENDING_RECEIPT, 401: ERROR, 404: ERROR, 429: ERROR, 503: ERROR},
    )
    def get(self, request: Any, rest: str) -> None:
        """The receipt of an answer by its `x-request-id`, for `verify.py`. 202 with `retry-after` until it is sealed."""
