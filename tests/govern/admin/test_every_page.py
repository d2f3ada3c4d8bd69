"""What holds for every page: it opens, loads nothing from outside and runs no script that is written into it."""

import re
from collections.abc import Callable

from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from tests.govern.admin.pages import every_page

_ASSET = re.compile(r'<(?:script|img|iframe|link)[^>]*?\s(?:src|href)="([^"]+)"')
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE)
_HANDLER = re.compile(r"<[^>]+\son(?:click|load|error|submit|change)=", re.IGNORECASE)


def test_every_page_opens_for_who_may_see_everything(signed_in: Callable[[str], Client], day: None) -> None:
    olive = signed_in("olive")
    for address in every_page():
        answer = olive.get(address)
        assert answer.status_code == 200, address
        text = answer.content.decode()
        assert "<h1>" in text, address
        assert "Policys" not in text, address


def test_pages_load_their_assets_from_here_and_have_no_inline_script(
    signed_in: Callable[[str], Client], client: Client, day: None
) -> None:
    olive = signed_in("olive")
    pages = [olive.get(address) for address in every_page()] + [client.get(reverse("account_login"))]
    for answer in pages:
        text = answer.content.decode()
        for asset in _ASSET.findall(text):
            assert asset.startswith("/"), asset
            if asset.startswith("/static/"):
                assert finders.find(asset.removeprefix("/static/")), f"{asset} is not there"
        assert not _INLINE_SCRIPT.search(text)
        assert not _HANDLER.search(text)
        assert "script-src 'self'" in answer["Content-Security-Policy"]


def test_secrets_stand_on_no_page(signed_in: Callable[[str], Client], day: None) -> None:
    olive = signed_in("olive")
    for address in every_page():
        text = olive.get(address).content.decode()
        assert "sk-sample" not in text, address
        assert "gk-test-risk-engine" not in text, address
