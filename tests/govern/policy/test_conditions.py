import pytest

from govern.policy.conditions import ConditionFailed, ConditionInvalid, compile_condition

FACTS = {"task": "coding", "tags": ["finance"], "metadata": {}, "stream": True, "input_tokens": 5, "team": "payments"}


def test_a_condition_holds_or_not() -> None:
    assert compile_condition('task == "coding" && "finance" in tags')(FACTS)
    assert not compile_condition("input_tokens > 5")(FACTS)


def test_true_needs_no_facts() -> None:
    assert compile_condition("true")({})


def test_names_that_it_reads_are_known_but_not_those_in_strings() -> None:
    assert compile_condition('task == "model"').names == {"task"}


def test_an_unknown_name_is_refused_with_its_place_and_a_suggestion() -> None:
    with pytest.raises(ConditionInvalid, match=r"column 1: there is no name `taks`\. Did you mean `task`\?"):
        compile_condition('taks == "coding"')


@pytest.mark.parametrize("text", ["task == 1", "task ==", "", "1 + 1", '"yes"'])
def test_wrong_types_and_broken_syntax_are_refused(text: str) -> None:
    with pytest.raises(ConditionInvalid):
        compile_condition(text)


def test_a_missing_metadata_key_fails_rather_than_deciding() -> None:
    with pytest.raises(ConditionFailed):
        compile_condition('metadata.case == "1"')(FACTS)


def test_nested_comprehensions_run_out_of_steps() -> None:
    ten = "[1,2,3,4,5,6,7,8,9,10]"
    text = "true"
    for name in "abcdefg":
        text = f"{ten}.all({name}, {text})"
    with pytest.raises(ConditionFailed):
        compile_condition(text)(FACTS)
