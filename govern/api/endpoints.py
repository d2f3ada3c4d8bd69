"""Every exact path that the fast door serves, from the same views that `urls.py` routes."""

from govern.api.data_plane import (
    ChatCompletionsView,
    CompletionsView,
    ConversationsView,
    CountTokensView,
    EmbeddingsView,
    ExplainView,
    GenerateContentView,
    GoogleModelsView,
    GuardView,
    KeptConversationsView,
    KeptResponsesView,
    MessagesView,
    ModelsView,
    ModerationsView,
    ReceiptsView,
    ResponsesView,
)
from govern.api.gateway_bridge import DataPlaneView
from govern.api.operations import serve_health, serve_metrics, serve_readiness
from govern.gateway.doors.asgi_door import Endpoint

DATA_PLANE: dict[str, type[DataPlaneView]] = {
    "v1/chat/completions": ChatCompletionsView,
    "v1/completions": CompletionsView,
    "v1/responses": ResponsesView,
    "v1/conversations": ConversationsView,
    "v1/messages": MessagesView,
    "v1/messages/count_tokens": CountTokensView,
    "v1/embeddings": EmbeddingsView,
    "v1/explain": ExplainView,
    "v1/guard": GuardView,
    "v1/moderations": ModerationsView,
    "v1/models": ModelsView,
    "v1beta/models": GoogleModelsView,
}
"""Path → view."""

GOOGLE = ("v1beta/models/", "v1/models/")
"""Paths below them name a model and a method. Google's SDKs use the one or the other, by their version."""

OPERATIONS: dict[str, Endpoint] = {
    "healthz": serve_health,
    "readyz": serve_readiness,
    "metrics": serve_metrics,
}

ENDPOINTS: dict[tuple[str, str], Endpoint] = {
    **{
        (method, f"/{path}"): endpoint
        for path, view in DATA_PLANE.items()
        for method, endpoint in view.endpoints.items()
    },
    **{("GET", f"/{path}"): endpoint for path, endpoint in OPERATIONS.items()},
}
"""(method, path) → coroutine."""

BELOW: dict[str, type[DataPlaneView]] = {
    **dict.fromkeys(GOOGLE, GenerateContentView),
    "v1/responses/": KeptResponsesView,
    "v1/conversations/": KeptConversationsView,
    "v1/receipts/": ReceiptsView,
}
"""Beginning of a path → view."""

FAMILIES: dict[tuple[str, str], Endpoint] = {
    (method, f"/{prefix}"): endpoint for prefix, view in BELOW.items() for method, endpoint in view.endpoints.items()
}
"""(method, beginning of the path) → coroutine."""
