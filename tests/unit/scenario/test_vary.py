"""``--vary``: one scenario under several values of one key, every faulty value with its place."""

from pathlib import Path

import pytest

from equitysim.errors import UsageError
from equitysim.scenario.vary import check_variants, listed
from tests.unit.scenario.written import SCENARIOS, SHOP, write

LISTS = {
    "bare": ("2 %,4 %, 6 %", ("2 %", "4 %", "6 %")),
    "in brackets": ("[2 %, 4 %]", ("2 %", "4 %")),
    "brackets and blanks": ("[ 2 %, 4 % ]", ("2 %", "4 %")),
    "distributions": ("{mean: 9, spread: 30 %}, {mean: 3}", ("{mean: 9, spread: 30 %}", "{mean: 3}")),
    "lists": ("[welcome],[welcome, fix]", ("[welcome]", "[welcome, fix]")),
    "lists in brackets": ("[[welcome],[welcome, fix]]", ("[welcome]", "[welcome, fix]")),
    "quoted commas and brackets": ("'a, b]', \"c\"", ("'a, b]'", '"c"')),
    "negative": ("-1,-2", ("-1", "-2")),
    "words": ("off, null", ("off", "null")),
    "several lines": ("a,\nb", ("a", "b")),
    "a comma at the end": ("a,b,", ("a", "b")),
}


@pytest.mark.parametrize(("written", "texts"), LISTS.values(), ids=LISTS.keys())
def test_values_are_a_list_of_yaml(written: str, texts: tuple[str, ...]) -> None:
    assert listed("key", written) == texts


@pytest.mark.parametrize("written", ["", "[]", "2 %", "[2 %]", "{mean: 9, spread: 30 %}"])
def test_one_value_compares_nothing(written: str) -> None:
    with pytest.raises(UsageError, match="needs at least two values"):
        listed("key", written)


@pytest.mark.parametrize(
    "written", ["a,,b", "[a", "a]", "a # b, c", "!!int 2,3", "&x 1,*x", "@a,b", "[" * 3000, "a,\x07", "{a: 1, b"]
)
def test_what_is_no_list_is_a_usage_error(written: str) -> None:
    with pytest.raises(UsageError, match="--vary key: cannot read the values"):
        listed("key", written)


def test_each_value_is_laid_on_last(tmp_path: Path) -> None:
    path = write(tmp_path, SHOP)
    settings = {"failure.per_order": "9 %", "horizon": "1 year"}
    variants, faults = check_variants(path, "failure.per_order", "2 %,4 %", settings=settings)
    assert faults == ()
    assert [variant.text for variant in variants] == ["2 %", "4 %"]
    assert [variant.scenario.failure.per_order for variant in variants] == [0.02, 0.04]
    assert {variant.scenario.horizon for variant in variants} == {365.0}


def test_every_faulty_value_is_told_with_its_place(tmp_path: Path) -> None:
    path = write(tmp_path, SHOP)
    variants, faults = check_variants(path, "failure.per_order", "2 %,400 %,x,4 %", settings={"horizon": "3"})
    assert variants == ()
    places = [(fault.file, fault.line, fault.path) for fault in faults]
    assert places == [
        ("--set", 1, "horizon"),
        ("--vary", 2, "failure.per_order"),
        ("--vary", 3, "failure.per_order"),
    ]


def test_a_key_that_is_not_there_is_told_at_each_value(tmp_path: Path) -> None:
    _, faults = check_variants(write(tmp_path, SHOP), "failure.per_ordr", "2 %,4 %")
    assert [str(fault) for fault in faults] == [
        f"--vary:{line}:1: error: failure.per_ordr: unknown key (did you mean 'per_order'?)" for line in (1, 2)
    ]


def test_two_values_that_say_the_same_are_a_fault(tmp_path: Path) -> None:
    _, (fault,) = check_variants(write(tmp_path, SHOP), "failure.per_order", "2 %,4 %,2%")
    assert (fault.line, fault.message) == (3, '"2%" says the same as "2 %"')


def test_warnings_are_told_once() -> None:
    path = SCENARIOS / "corner-coffee.yaml"
    variants, warnings = check_variants(path, "failure.per_order", "2 %,4 %,16 %", settings={"horizon": "1 year"})
    assert len(variants) == 3
    assert len(warnings) == len(set(warnings)) > 0
    assert {fault.severity for fault in warnings} == {"warning"}
