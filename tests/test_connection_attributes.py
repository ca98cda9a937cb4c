"""Extra connection attributes: every way of writing them, and what is not known in them."""

import pytest

from dms_checks.connection_attributes import connection_attributes
from dms_checks.marks import HOLE
from dms_checks.model import Reference, Value

KEY, ROLE = Reference("aws_kms_key.k"), Reference("aws_iam_role.r")


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("encryptionMode=SSE_KMS", {"encryptionMode": "SSE_KMS"}),
        ("a=1;b=2;", {"a": "1", "b": "2"}),
        (" a = 1 ; b = 2 ", {"a": "1", "b": "2"}),
        (";;a=1;;", {"a": "1"}),
        ("initstmt=SET FOREIGN_KEY_CHECKS=0;b=2", {"initstmt": "SET FOREIGN_KEY_CHECKS=0", "b": "2"}),
        ('a="1;2";b=3', {"a": "1;2", "b": "3"}),
        ("a='1;2' ; b=3", {"a": "1;2", "b": "3"}),
        ('a=1"2;b=3', {"a": '1"2', "b": "3"}),
        ('a="1;b=2', {"a": '"1', "b": "2"}),
        (r"a=1\;2;b=3", {"a": "1;2", "b": "3"}),
        ("a=;b", {"a": None, "b": None}),
        ("a=1\nb", {"a": "1\nb"}),
        ("=1;a=2", {"a": "2"}),
    ],
)
def test_ways_of_writing(text: str, pairs: dict[str, str | None]) -> None:
    found = connection_attributes(Value.known(text, ("here",)))
    assert {name: value.text for name, value in found.pairs} == pairs
    assert all(value.path == ("here",) and not value.is_unknown for _, value in found.pairs)
    assert found.is_complete


def test_names_are_written_in_any_case() -> None:
    found = connection_attributes(Value.known("ENCRYPTIONMODE=SSE_KMS"))
    assert found["encryptionMode"].text == "SSE_KMS"
    assert found["serverSideEncryptionKmsKeyId"].is_absent


def test_what_is_given_twice_is_unknown() -> None:
    found = connection_attributes(Value.known("a=1;A=2;b=1;b=1"))
    assert found["a"].is_unknown
    assert found["b"].text == "1"


def test_left_out() -> None:
    found = connection_attributes(Value.absent())
    assert (found.pairs, found.is_complete) == ((), True)


@pytest.mark.parametrize("value", [Value.unknown(), Value.known(KEY), Value.known(()), Value.known({}), Value.known("")])
def test_not_a_text_that_is_known(value: Value) -> None:
    assert connection_attributes(value)["a"].is_unknown


def test_references_are_kept() -> None:
    text = f"serverSideEncryptionKmsKeyId={HOLE};a=x{HOLE};b=2"
    found = connection_attributes(Value.unknown(candidates=(KEY, ROLE), outline=text))
    assert found["serverSideEncryptionKmsKeyId"].reference == KEY
    assert found["a"].is_unknown
    assert found["a"].candidates == (ROLE,)
    assert found["b"].text == "2"
    assert found["c"].is_absent


def test_other_holes_may_hold_more() -> None:
    found = connection_attributes(Value.unknown(outline=f"a={HOLE};b=2"))
    assert found["a"].is_unknown
    assert found["b"].text == "2"
    assert found["c"].is_unknown


@pytest.mark.parametrize("text", [HOLE, f"{HOLE};b=2", f"x{HOLE}=1;b=2"])
def test_a_name_that_is_not_known(text: str) -> None:
    found = connection_attributes(Value.unknown(candidates=(KEY,), outline=text))
    assert found["a"].is_unknown
    assert found["b"].text == ("2" if "b" in text else None)
