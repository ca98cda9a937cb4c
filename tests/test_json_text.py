"""Documents inside attributes: in whichever form they stand, a rule asks for a member."""

import pytest

from dms_checks.json_text import MAXIMUM_DEPTH, document, member
from dms_checks.marks import HOLE
from dms_checks.model import Reference, Truth, Value

PATH = ("replication_task_settings",)


def content_of(text: str) -> Value:
    """The content of a document that is known."""
    return document(Value.known(text, PATH)).content


def content_around(outline: str) -> Value:
    """The content of a document of which only the outline is known."""
    return document(Value.unknown(PATH, outline=outline)).content


def test_text() -> None:
    content = content_of(' {"Logging": {"EnableLogging": true, "LogComponents": [{"Id": "SORTER"}, null]}} ')
    logging = content.get("Logging")
    assert logging.get("EnableLogging").is_word("true") is Truth.YES
    (sorter,) = logging.get("LogComponents").items() or ()
    assert sorter.get("Id").text == "SORTER"
    assert logging.get("CloudWatchLogGroup").is_absent
    assert logging.path == PATH


def test_object() -> None:
    """What is written as an object keeps its own places."""
    enabled = Value.known("true", (*PATH, "Logging", "EnableLogging"))
    value = Value.known({"Logging": Value.known({"EnableLogging": enabled}, (*PATH, "Logging"))}, PATH)
    content = document(value).content
    assert content is value
    assert content.get("Logging").get("EnableLogging").path == (*PATH, "Logging", "EnableLogging")


@pytest.mark.parametrize("text", ["true", '"true"', '"True"', '" TRUE "'])
def test_booleans_as_strings(text: str) -> None:
    assert content_of(f'{{"EnableLogging": {text}}}').get("EnableLogging").is_word("true") is Truth.YES


@pytest.mark.parametrize("text", ["7", '"7"', "7.0"])
def test_numbers_as_strings(text: str) -> None:
    assert content_of(f'{{"rule-id": {text}}}').get("rule-id").number == 7


def test_numbers_of_any_length() -> None:
    """Python refuses to read whole numbers of more than 4300 digits."""
    assert not document(Value.known(f'{{"rule-id": {"9" * 5000}}}')).problem


def test_other_shapes_are_documents_too() -> None:
    assert len(content_of("[1, 2]").items() or ()) == 2
    assert content_of("5").number == 5
    assert content_of('"{}"').text == "{}"
    assert document(Value.known(5)).content.number == 5
    assert content_of("null").is_absent


def test_what_is_left_out_is_absent() -> None:
    assert document(Value.absent(PATH)).content.is_absent


@pytest.mark.parametrize("value", [Value.known(""), Value.known(" \n"), Value.unknown(), Value.unknown(outline=" ")])
def test_what_is_empty_is_unknown(value: Value) -> None:
    found = document(value)
    assert found.content.is_unknown
    assert not found.problem


def test_a_reference_is_unknown() -> None:
    reference = Reference("aws_ssm_parameter.settings", "value")
    content = document(Value.known(reference, PATH)).content
    assert content.is_unknown
    assert content.candidates == (reference,)


# --- what is not known ------------------------------------------------------------------------------------------------


def test_a_hole_inside_a_string() -> None:
    content = content_around(f'{{"rules": [{{"schema-name": "a{HOLE}b", "rule-type": "selection"}}]}}')
    (rule,) = content.get("rules").items() or ()
    assert rule.get("schema-name").is_unknown
    assert rule.get("schema-name").outline == f"a{HOLE}b"
    assert rule.get("rule-type").text == "selection"


def test_a_hole_outside_of_strings() -> None:
    content = content_around(f'{{"EnableLogging": {HOLE}, "Text": "with \\" quote", "LogComponents": [{{"Id": "IO"}}, {HOLE}]}}')
    assert content.get("EnableLogging").is_word("true") is Truth.UNKNOWN
    assert content.get("Text").text == 'with " quote'
    known, unknown = content.get("LogComponents").items() or ()
    assert known.get("Id").text == "IO"
    assert unknown.is_unknown


@pytest.mark.parametrize(
    "outline",
    [HOLE, f'{{{HOLE}: 1, "a": 2}}', f'{{"a": 1, {HOLE}}}', f'{{"a": 1{HOLE}', f'{{"a": {HOLE}0}}', f'{{"a": 1,, {HOLE}}}'],
)
def test_a_hole_that_may_be_anything(outline: str) -> None:
    found = document(Value.unknown(PATH, outline=outline))
    assert found.content.get("a").is_unknown
    assert not found.problem


def test_candidates_stand_where_the_holes_are() -> None:
    reference = Reference("aws_kms_key.ledger", "arn")
    value = Value.unknown(PATH, candidates=(reference,), outline=f'{{"key": "{HOLE}", "mode": "SSE_KMS"}}')
    content = document(value).content
    assert content.get("key").candidates == (reference,)
    assert not content.get("mode").candidates


# --- what is no JSON --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Logging", "line 1 column 1"),
        ("{'Logging': {}}", "line 1 column 2"),
        ('{\n  "Logging" {}\n}', "expecting a colon in line 2 column 13"),
        ('{"Logging": {}', "expecting a comma in line 1 column 15"),
        ('{"Logging": {}} {}', "extra data in line 1 column 17"),
        ('{"EnableLogging": True}', "line 1 column 19"),
        ('{"Logging": {},}', "trailing comma in line 1 column 15"),
        ('{\n  "rules": [\n    {},\n  ]\n}', "trailing comma in line 3 column 7"),
        ('{"rules": [1 , ]}', "trailing comma in line 1 column 14"),
        ('{"rules": [","1]}', "expecting a comma in line 1 column 15"),
        ("[1,,]", "expecting value in line 1 column 4"),
        ("[,]", "expecting value in line 1 column 2"),
        ("[1,", "expecting value in line 1 column 4"),
        ('{"Id": "two\nlines"}', "control character in line 1 column 12"),
        ('{"TraceOnErrorMb": NaN}', "NaN"),
        ('{"TraceOnErrorMb": -Infinity}', "-Infinity"),
        ("\ufeff{}", "byte order mark"),
    ],
)
def test_a_problem_says_where_it_stands(text: str, problem: str) -> None:
    found = document(Value.known(text, PATH))
    assert found.content.is_unknown
    assert found.problem.startswith("it is not JSON, ")
    assert problem in found.problem
    assert ": " not in found.problem


def test_a_problem_does_not_show_the_text() -> None:
    assert "swordfish" not in document(Value.known('{"password": swordfish}')).problem


# --- members ----------------------------------------------------------------------------------------------------------


def test_a_member_that_stands_there_twice() -> None:
    """Readers of JSON take the first, the last or none of them."""
    content = content_of('{"EnableLogging": true, "EnableLogging": false, "Id": "IO", "Id": "IO"}')
    assert content.get("EnableLogging").is_unknown
    assert content.get("Id").text == "IO"


def test_a_member_in_another_case_is_unknown() -> None:
    content = content_of('{"logging": {}, "Rules": [], "rules": [1], "CloudWatchLogGroup": null}')
    assert member(content, "Logging").is_unknown
    assert member(content, "CloudWatchLogGroup").is_absent
    assert len(member(content, "rules").items() or ()) == 1
    assert member(content, "TargetMetadata").is_absent


def test_only_objects_have_members() -> None:
    assert member(content_of('[{"Logging": 1}]'), "Logging").is_unknown
    assert member(content_of("[]"), "Logging").is_unknown
    assert member(content_of("5"), "Logging").is_unknown
    assert member(Value.unknown(), "Logging").is_unknown
    assert member(Value.absent(), "Logging").is_absent


def test_deep_nesting() -> None:
    """No depth is an error: what is too deep is unknown."""
    depth = MAXIMUM_DEPTH + 10
    nested = content_of("[" * depth + "]" * depth)
    for _ in range(MAXIMUM_DEPTH):
        assert isinstance(nested.content, tuple)
        (nested,) = nested.content
    assert nested.is_unknown
    for text in ("[" * 100_000, '{"a":' * 100_000 + "1" + "}" * 100_000):
        assert content_of(text).is_unknown
