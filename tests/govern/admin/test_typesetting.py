"""Sentences put together from parts have the spaces and marks of their language; what a part says is never changed."""

import pytest
from django.utils import translation

from audit.presentation.typesetting import composed, filled
from govern.admin.sentences.conditions import condition
from govern.admin.sentences.organisation import application, approval_rule
from govern.admin.sentences.sentence import listing, strong
from govern.policy.bodies import ApplicationBody, ApprovalRuleBody


@pytest.mark.parametrize(
    ("text", "part", "set_as"),
    [
        ("涵蓋 {} 的呼叫。", strong("應用程式"), "涵蓋<b>應用程式</b>的呼叫。"),
        ("涵蓋 {} 的呼叫。", strong("helpdesk"), "涵蓋 <b>helpdesk</b> 的呼叫。"),
        ("遮蔽回答中的{}。", strong("email"), "遮蔽回答中的 <b>email</b>。"),
        ("遮蔽回答中的{}。", strong("個人資料"), "遮蔽回答中的<b>個人資料</b>。"),
        ("原因：{}", "中 文 and more", "原因：中 文 and more"),
        ("原因： {}", "it ran out", "原因：it ran out"),
        ("達 {} 時", "0.9", "達 0.9 時"),
        ("在{}執行", "<b>", "在&lt;b&gt;執行"),
    ],
)
def test_chinese_has_spaces_beside_latin_words_alone(text: str, part: str, set_as: str) -> None:
    with translation.override("zh-hant"):
        assert composed(text, part) == set_as


def test_events_are_set_like_every_sentence() -> None:
    with translation.override("zh-hant"):
        assert filled("{actor} 停止 {what}：{reason}", {"actor": "系統", "what": "應用程式 a", "reason": "中 文"}) == (
            "系統停止應用程式 a：中 文"
        )
        assert filled("{actor}停止", {"actor": "olive <b>"}) == "olive <b> 停止"


def test_english_is_as_it_was_written() -> None:
    with translation.override("en"):
        assert composed("Covers {whom} .", whom=strong("<x>")) == "Covers <b>&lt;x&gt;</b> ."


def test_lists_and_conditions_read_as_chinese() -> None:
    with translation.override("zh-hant"):
        assert listing(["個人資料", "機密"]) == "<b>個人資料</b>與<b>機密</b>"
        assert listing(["a", "b"]) == "<b>a</b> 與 <b>b</b>"
        assert condition('task == "coding" && team == "research"') == "任務為 <b>coding</b> 與團隊為 <b>research</b>"


def test_environments_classes_of_data_and_risks_are_said_in_the_language_of_the_reader() -> None:
    body = ApplicationBody(name="a", team="payments", environment="production", data_class="internal")
    with translation.override("zh-hant"):
        assert application(body)[0].text == "屬於團隊 <b>payments</b>，在<b>正式</b>環境執行，處理<b>內部</b>資料。"
        rule = ApprovalRuleBody(name="r", kinds=("*",), risk=("medium", "high"), quorum=2, groups=("approver",))
        assert "<b>中</b>或<b>高</b>風險" in approval_rule(rule)[0].text
    with translation.override("en"):
        assert "runs in <b>production</b> and handles <b>internal</b> data" in application(body)[0].text
