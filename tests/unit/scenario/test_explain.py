import re

import pytest

from equitysim.errors import UsageError
from equitysim.scenario.explain import KeyHelp, catalogue, explain, key_help, shown
from equitysim.scenario.load import load
from equitysim.scenario.plain import quantity_of
from equitysim.scenario.schema import Scenario
from tests.unit.scenario.written import SCENARIOS

KEYS = catalogue()
QUANTITIES = [key for key in KEYS if key.origin != "given" and key.unit]


def incomplete(key: KeyHelp) -> list[str]:
    """What a key's description lacks."""
    lacks = [name for name in ("meaning", "effect", "default", "origin") if not getattr(key, name)]
    if key.origin != "given" and not key.source:
        lacks.append("source")
    if key.origin not in ("published", "derived", "judgement", "given"):
        lacks.append("a known origin")
    if key.origin == "published" and not re.search(r"\b(19|20)\d\d\b", key.source):
        lacks.append("the year of what published it")
    return lacks


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.path)
def test_every_key_is_described(key: KeyHelp) -> None:
    assert incomplete(key) == []


def test_a_description_that_lacks_something_is_noticed() -> None:
    bare = KeyHelp("x", "", "", "1", "", "", "published", "somebody said so", "")
    assert incomplete(bare) == ["meaning", "effect", "the year of what published it"]


def test_every_default_with_a_unit_ships_a_range() -> None:
    choices = {"policies.NAME[]", "programs.NAME.audience", "programs.NAME.relevance"}
    bare = [key.path for key in QUANTITIES if not key.range and not any(key.path.startswith(part) for part in choices)]
    assert bare == []


@pytest.mark.parametrize(
    ("asked", "paths"),
    [
        ("forgetting", ["equity.forgetting"]),
        ("equity.forgetting", ["equity.forgetting"]),
        ("programs.reward best.gain", ["programs.NAME.gain"]),
        ("programs.gain", ["programs.NAME.gain"]),
        ("reward.value", ["programs.NAME.reward.value"]),
        ("equity.choice.at_0", ["equity.choice.at_N"]),
        ("equity.choice.at_-50", ["equity.choice.at_N"]),
        ("programs.reward best.restore.at_5", ["programs.NAME.restore.at_N"]),
        ("programs.reward best.gain.at_2.5", ["programs.NAME.gain.at_N"]),
        ("claims[0].by", ["claims[].by"]),
        ("rivals.NAME.from", ["rivals.NAME.from"]),
        ("policies.use", ["policies.NAME[].use"]),
        ("oversell", ["channels.NAME.oversell"]),
    ],
)
def test_keys_are_found(asked: str, paths: list[str]) -> None:
    assert [key.path for key in key_help(asked)] == paths


def test_a_key_that_many_have_is_told_for_each() -> None:
    assert {key.path for key in key_help("share")} >= {"segments.NAME.share", "crises.NAME.share"}


@pytest.mark.parametrize(
    ("asked", "hint"), [("forgeting", "forgetting"), ("equity.forgeting", "forgetting"), ("xyzzy", "equitysim schema")]
)
def test_unknown_keys(asked: str, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        key_help(asked)


def test_the_text_says_it_all() -> None:
    said = explain("failure.per_year")
    for part in (
        "under contract",
        "judgement" if "judgement" in said else "derived",
        "CCMC",
        "0 to 4",
        "1 under contract",
    ):
        assert part in said


def test_shown_tells_given_from_default() -> None:
    rows = {row.path: row for row in shown(load(SCENARIOS / "corner-coffee.yaml"))}
    assert rows["equity.forgetting"][1:4] == ("10 weeks", "half-life", "given")
    assert rows["equity.forgiving"][1:4] == ("20 weeks", "half-life", "judgement")
    assert rows["recovery.paradox"].origin == "published"
    assert rows["segments.heavy.occasions.mean"].value == "60 per year"
    assert rows["policies.recover the best"].value.startswith("welcome, {")
    assert rows["compare.baseline"].value == "today"


def test_every_default_lies_within_what_is_allowed() -> None:
    # A blank scenario validates all defaults; a quantity outside its own bounds would raise.
    blank = Scenario.model_validate({})
    assert quantity_of(Scenario.model_fields["horizon"].annotation) is None
    assert blank.equity.forgetting == 70.0
