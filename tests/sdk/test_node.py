"""OpenAI's Node SDK and Vercel's AI SDK, before every kind of provider."""

import pytest

from tests.faults.platform import INJECTION, Platform
from tests.govern.gateway.installation import HELPDESK
from tests.sdk.nodejs import Node
from tests.sdk.scripted_answers import ARGUMENTS, INPUT_TOKENS, OUTPUT_TOKENS, TEXT

pytestmark = pytest.mark.long
TOKENS = INPUT_TOKENS + OUTPUT_TOKENS


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    return Node(tmp_path_factory.mktemp("node"))


def test_openai(node: Node, platform: Platform, kind: str) -> None:
    assert node.run("openai_sdk.mjs", f"{platform.url}/v1", HELPDESK, kind, INJECTION) == {
        "whole": TEXT,
        "streamed": TEXT,
        "tool": ["weather", ARGUMENTS],
        "toolStreamed": ["weather", ARGUMENTS],
        "twiceStreamed": [["weather", ARGUMENTS], ["weather", ARGUMENTS]],
        "response": TEXT,
        "tokens": TOKENS,
        "refused": ["PermissionDeniedError", 403, "prompt_injection"],
    }


def test_vercel_s_ai_sdk_at_both_doors(node: Node, platform: Platform, kind: str) -> None:
    found = node.run("ai_sdk.mjs", f"{platform.url}/v1", HELPDESK, kind, INJECTION)
    wanted = {
        "whole": TEXT,
        "streamed": TEXT,
        "finished": ["stop", "stop"],
        "tokens": [TOKENS, TOKENS],
        "called": [ARGUMENTS, TEXT],
        "calledInStream": [ARGUMENTS, TEXT],
        "formed": {"city": "Taipei", "degrees": 28},
        "refused": [403, "prompt_injection"],
    }
    assert found == {"chat": wanted, "responses": wanted}
