"""Truth, values and their comparison."""

import itertools

import pytest

from dms_checks.model import Reference, Truth, Value

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN


def test_a_truth_is_no_bool() -> None:
    with pytest.raises(TypeError, match="may be unknown"):
        bool(Truth.YES)


@pytest.mark.parametrize(("left", "right"), list(itertools.product(Truth, repeat=2)))
def test_connectives_are_kleenes(left: Truth, right: Truth) -> None:
    """An operation is known exactly if it is the same for every way of settling the unknowns."""
    ways = [
        (a, b)
        for a in ([True, False] if left is UNKNOWN else [left is YES])
        for b in ([True, False] if right is UNKNOWN else [right is YES])
    ]
    for made, outcomes in ((left & right, {a and b for a, b in ways}), (left | right, {a or b for a, b in ways})):
        assert made is (Truth.of(outcomes.pop()) if len(outcomes) == 1 else UNKNOWN)
    assert ~~left is left


def test_nothing_to_conjoin_or_disjoin() -> None:
    assert Truth.all([]) is YES
    assert Truth.any([]) is NO


def test_an_empty_string_is_unknown() -> None:
    assert Value.known("").is_unknown


@pytest.mark.parametrize("written", ["SSE_KMS", "sse-kms", " SSE-KMS "])
def test_words_are_compared_without_case_and_underscores(written: str) -> None:
    assert Value.known(written).is_word("sse-kms") is YES


@pytest.mark.parametrize(
    ("written", "truth"),
    [(True, YES), ("True", YES), ("1", YES), (False, NO), ("false", NO), (0, NO), ("maybe", UNKNOWN), ((), UNKNOWN)],
)
def test_a_switch_may_be_written_as_a_string(written: bool | str | int | tuple[Value, ...], truth: Truth) -> None:
    assert Value.known(written).is_on is truth
    assert Value.absent().is_on is NO


def test_a_reference_is_no_word() -> None:
    assert Value.known(Reference("aws_kms_key.k", "arn")).is_word("none") is UNKNOWN


@pytest.mark.parametrize(
    ("written", "number"), [("3306", 3306), (3306, 3306), (3306.0, 3306), (True, None), ("x", None), ("1e999", None)]
)
def test_numbers_may_be_strings(written: str, number: int | None) -> None:
    assert Value.known(written).number == number


def test_items_flatten_nested_lists_and_keep_unknowns() -> None:
    unknown = Value.unknown()
    value = Value.known((Value.known((Value.known("a"),)), unknown, Value.absent()))
    assert value.items() == (Value.known("a"), unknown)


def test_one_value_is_a_list_of_one() -> None:
    assert Value.known("a").items() == (Value.known("a"),)
    assert Value.absent().items() == ()
    assert Value.unknown().items() is None
