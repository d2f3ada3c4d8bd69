"""Remote images and documents: Gemini wants their bytes."""

import asyncio
from typing import Any

from routing.calls import ChatRequest, FilePart, ImagePart, InvalidRequest
from routing.calls.requests import chat_request
from routing.client import HttpClient
from routing.client.remote_files import fetch_file

GOOGLE_SERVES = ("https://generativelanguage.googleapis.com/", "https://www.youtube.com/", "https://youtu.be/", "gs://")
"""Addresses that Gemini reads itself."""
MAX_FILES = 20


async def with_remote_media(client: HttpClient, request: ChatRequest, *, deadline: float) -> ChatRequest:
    """The request with remote files fetched and put inside. Raises InvalidRequest."""
    if request.native is not None and request.native.kind == "google":
        return request
    remote = [
        (m, p, url)
        for m, message in enumerate(request.messages)
        if isinstance(message.content, list)
        for p, part in enumerate(message.content)
        if (url := _url(part)) and url.startswith(("http://", "https://")) and not url.startswith(GOOGLE_SERVES)
    ]
    if not remote:
        return request
    if len(remote) > MAX_FILES:
        raise InvalidRequest(f"The request names {len(remote)} remote files; send at most {MAX_FILES}.", "messages")
    fetched = await asyncio.gather(
        *(fetch_file(client, url, f"messages[{m}].content[{p}]", deadline=deadline) for m, p, url in remote)
    )
    messages: list[Any] = list(request.tree["messages"])
    for (m, p, _), file in zip(remote, fetched, strict=True):
        content = list(messages[m]["content"])
        if content[p]["type"] == "image_url":
            content[p] = {**content[p], "image_url": {**content[p]["image_url"], "url": file.data_uri()}}
        else:
            kept = {name: value for name, value in content[p]["file"].items() if name != "file_url"}
            content[p] = {**content[p], "file": {**kept, "file_data": file.data_uri()}}
        messages[m] = {**messages[m], "content": content}
    return chat_request({**request.tree, "messages": messages})


def _url(part: Any) -> str | None:
    if isinstance(part, ImagePart):
        return part.image_url.url
    return part.file.file_url if isinstance(part, FilePart) else None
