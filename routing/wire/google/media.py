"""Remote images and documents: Gemini wants their bytes, so they are fetched here, before anything is inspected or sent."""

import asyncio
from typing import Any, NamedTuple

from routing.calls import ChatRequest, FilePart, ImagePart, InvalidRequest
from routing.calls.requests import chat_request
from routing.client import HttpClient
from routing.client.remote_files import RemoteFile, fetch_file

GOOGLE_SERVES = ("https://generativelanguage.googleapis.com/", "https://www.youtube.com/", "https://youtu.be/", "gs://")
"""Addresses that Gemini reads itself."""
MAX_FILES = 20
MAX_BYTES = 32 << 20
"""Of all files of a request together."""
_AT_ONCE = 4


class Remote(NamedTuple):
    """A part of a message that names a file elsewhere. `place` is that of its address."""

    message: int
    part: int
    url: str
    place: str


def remote_media(request: ChatRequest) -> list[Remote]:
    """The files that have to be fetched for a model at Google. Raises InvalidRequest for too many."""
    if request.native is not None and request.native.kind == "google":
        return []
    remote = [
        Remote(m, p, *address)
        for m, message in enumerate(request.messages)
        if isinstance(message.content, list)
        for p, part in enumerate(message.content)
        if (address := _address(part, f"messages[{m}].content[{p}]"))
        and address[0].startswith(("http://", "https://"))
        and not address[0].startswith(GOOGLE_SERVES)
    ]
    if len(remote) > MAX_FILES:
        raise InvalidRequest(f"The request names {len(remote)} remote files; send at most {MAX_FILES}.", "messages")
    return remote


async def with_remote_media(
    client: HttpClient, request: ChatRequest, remote: list[Remote], *, deadline: float
) -> ChatRequest:
    """The request with these files fetched and put inside, as they will be sent. Raises InvalidRequest."""
    left = MAX_BYTES
    turn = asyncio.Semaphore(_AT_ONCE)

    async def fetch(wanted: Remote) -> RemoteFile:
        nonlocal left
        async with turn:
            file = await fetch_file(client, wanted.url, wanted.place, deadline=deadline)
        left -= len(file.data)
        if left < 0:
            raise InvalidRequest(f"The remote files have more than {MAX_BYTES >> 20} MB together.", wanted.place)
        if wanted.place.endswith("image_url.url") and not file.media_type.startswith("image/"):
            raise InvalidRequest(f"`{wanted.place}` is no image; send a document as a file.", wanted.place)
        return file

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(wanted)) for wanted in remote]
    messages: list[Any] = list(request.tree["messages"])
    for wanted, task in zip(remote, tasks, strict=True):
        m, p, uri = wanted.message, wanted.part, task.result().data_uri()
        content = list(messages[m]["content"])
        if content[p]["type"] == "image_url":
            content[p] = {**content[p], "image_url": {**content[p]["image_url"], "url": uri}}
        else:
            kept = {name: value for name, value in content[p]["file"].items() if name != "file_url"}
            content[p] = {**content[p], "file": {**kept, "file_data": uri}}
        messages[m] = {**messages[m], "content": content}
    return chat_request({**request.tree, "messages": messages})


def _address(part: Any, where: str) -> tuple[str, str] | None:
    if isinstance(part, ImagePart):
        return part.image_url.url, f"{where}.image_url.url"
    if isinstance(part, FilePart) and part.file.file_url:
        return part.file.file_url, f"{where}.file.file_url"
    return None
