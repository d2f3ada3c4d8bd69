"""Values that records hold as codes are said in the reader's words; anything else stands as it is."""

import re

import pytest
from django.utils.translation import override

from audit.presentation import values
from audit.trail.actors import actor_label
from audit.trail.events import event_sentence
from govern.enforcement.pii import KIND_IDS
from routing.tasks import TASKS

_HAN = re.compile(r"[\u4e00-\u9fff]")


def test_every_kind_of_personal_data_and_every_task_is_said_in_chinese() -> None:
    with override("zh-hant"):
        assert [
            kind for kind in KIND_IDS if not _HAN.search(values.rule_label(kind)) and kind not in ("IP", "MAC")
        ] == []
        assert [task for task in TASKS if not _HAN.search(values.task_label(task))] == []


@pytest.mark.parametrize(
    ("say", "value", "english", "chinese"),
    [
        (values.setting_label, "production", "Production", "正式"),
        (values.modality_label, "image", "Images", "圖片"),
        (values.rule_label, "credit_card", "credit_card", "信用卡號"),
        (values.rule_label, "aws_access_key", "aws_access_key", "aws_access_key"),
        (values.stopped_label, "application:helpdesk", "the application helpdesk", "應用程式 helpdesk"),
        (values.reason_label, "CR-7 (break-glass): Outage", "CR-7 (break-glass): Outage", "CR-7（緊急變更）：Outage"),
        (values.reason_label, "Stopped: model:gpt-5.4", "Stopped: the model gpt-5.4", "已停止：模型 gpt-5.4"),
        (values.reason_label, "CR-7: It is time", "CR-7: It is time", "CR-7: It is time"),
        (actor_label, "bootstrap", "the installation", "安裝程序"),
        (actor_label, "olive", "olive", "olive"),
    ],
)
def test_a_value_in_both_languages(say: object, value: str, english: str, chinese: str) -> None:
    with override("en"):
        assert say(value) == english  # type: ignore[operator]
    with override("zh-hant"):
        assert say(value) == chinese  # type: ignore[operator]


@pytest.mark.parametrize("say", [f for name, f in vars(values).items() if name.endswith("_label")])
def test_a_row_that_holds_anything_is_said_all_the_same(say: object) -> None:
    for value in (None, 7, ["x"], {"a": 1}, "", "no such value"):
        assert say(value) == ("" if value is None else str(value))  # type: ignore[operator]


def test_a_sentence_begins_with_who_it_was() -> None:
    assert event_sentence("revision.applied", "bootstrap", {"revision": 1}).startswith("The installation ")
    assert event_sentence("revision.applied", "olive", {"revision": 1}).startswith("olive ")
