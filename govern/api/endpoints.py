"""Every exact path that the fast door serves, from the same views that `urls.py` routes."""

from govern.api.data_plane import (
    ChatCompletionsView,
    DataPlaneView,
    EmbeddingsView,
    GenerateContentView,
    MessagesView,
    ModelsView,
    ResponsesView,
)
from govern.api.operations import serve_health, serve_metrics, serve_readiness
from govern.gateway.asgi_door import Endpoint

DATA_PLANE: dict[str, type[DataPlaneView]] = {
    "v1/chat/completions": ChatCompletionsView,
    "v1/responses": ResponsesView,
    "v1/messages": MessagesView,
    "v1/embeddings": EmbeddingsView,
    "v1/models": ModelsView,
}
"""Path → view."""

GOOGLE = "v1beta/models/"
"""Paths below it name a model and a method."""

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

FAMILIES: dict[tuple[str, str], Endpoint] = {
    (method, f"/{GOOGLE}"): endpoint for method, endpoint in GenerateContentView.endpoints.items()
}
"""(method, beginning of the path) → coroutine."""
