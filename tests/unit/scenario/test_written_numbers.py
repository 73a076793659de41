"""Numbers and names as people write them, in scenarios, on the command line and in files of draws."""

import codecs
from pathlib import Path

import pytest

from equitysim.errors import Fault
from equitysim.scenario.load import check, load

GIFT = """\
format: 1
existing: {count: 20}
channels: {ads: {leads: 10 per month, cost: 2}}
programs: {gift: {when: purchase, cost: 1, budget: 50 per quarter, reward: {value: 1}}}
policies: {today: [gift]}
"""


def said(tmp_path: Path, text: str, **settings: str) -> tuple[Fault, ...]:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return check(path, settings={key.replace("__", "."): value for key, value in settings.items()})[1]


def test_a_comma_between_braces_is_told_as_what_was_written(tmp_path: Path) -> None:
    (count,) = said(tmp_path, "existing: {count: 2,000, history: 2 years}")
    assert (count.column, count.path, count.hint) == (
        19,
        "existing.count",
        "write 2000 or 2_000, or 2 if that is meant",
    )
    (cost,) = said(tmp_path, GIFT.replace("cost: 1,", "cost: 1,50,"))
    assert cost.hint == "write 1.50"
    (history,) = said(tmp_path, "existing: {history: 1,5 years, count: 5}")
    assert history.hint == "write 1.5 years"


def test_a_key_without_a_value_is_still_told(tmp_path: Path) -> None:
    (fault,) = said(tmp_path, "existing: {count: 2, history}")
    assert fault.message == "has no value"


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("cost: 1,", "cost: 1.250,", "programs.gift.cost"),
        ("50 per quarter", "50.000 per quarter", "programs.gift.budget"),
        ("10 per month", "1.500 per month", "channels.ads.leads"),
        ("value: 1}", "value: 1.250}", "programs.gift.reward.value"),
    ],
)
def test_money_and_counts_with_three_digits_after_the_point_are_asked_about(
    tmp_path: Path, old: str, new: str, path: str
) -> None:
    assert path not in [fault.path for fault in said(tmp_path, GIFT)]
    (found,) = [fault for fault in said(tmp_path, GIFT.replace(old, new)) if fault.path == path]
    assert found.severity == "warning"
    assert "thousands" in found.message


def test_settings_and_ranges_are_asked_about_alike(tmp_path: Path) -> None:
    (set_,) = [fault for fault in said(tmp_path, GIFT, programs__gift__cost="1.250") if fault.file == "--set"]
    assert "thousands" in set_.message
    ranged = GIFT + "uncertain: {programs.gift.cost: 1.000 to 1.250}\n"
    messages = [fault.message for fault in said(tmp_path, ranged) if fault.path.startswith("uncertain")]
    assert [message.split(" is")[0] for message in messages] == ["1.000", "1.250"]


def test_fractions_of_what_is_no_money_are_not_asked_about(tmp_path: Path) -> None:
    text = GIFT + "segments: {all of them: {occasions: {mean: 4.414 per year, spread: 30.125 %}}}\n"
    assert not [fault for fault in said(tmp_path, text) if "thousands" in fault.message]


def test_composed_and_decomposed_names_are_one(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "programs: {Caf\u00e9: {when: purchase}}\npolicies: {today: [], Cafe\u0301: [Cafe\u0301]}\n"
        "compare: {baseline: today}\nclaims: [{better: Caf\u00e9, than: today}]\n",
        encoding="utf-8",
    )
    assert list(load(path).policies) == ["today", "Caf\u00e9"]
    path.write_text("policies: {Caf\u00e9: [], Cafe\u0301: []}\n", encoding="utf-8")
    assert [fault.message for fault in check(path)[1]] == ["the key is there twice"]


DRAWN = GIFT + "failure: {per_order: 3 %}\ndraws: {}\n"


def drawn(tmp_path: Path, table: str | bytes) -> tuple[list[float], tuple[Fault, ...]]:
    """The values of a file of draws for the first column, and what is said of it."""
    content = table if isinstance(table, bytes) else table.encode()
    (tmp_path / "d.csv").write_bytes(content)
    path = tmp_path / "a.yaml"
    path.write_text(GIFT + "failure: {per_order: 3 %}\ndraws: d.csv\n", encoding="utf-8")
    scenario, faults = check(path)
    values = [] if scenario is None else [float(text.split(" ")[0]) for text in scenario.draws["failure.per_order"]]
    return values, tuple(fault for fault in faults if fault.file.endswith("d.csv"))


COMMA = "failure.per_order,programs.gift.cost\n2.5 %,1.5\n3 %,1.25\n"
SEMICOLON = "failure.per_order;programs.gift.cost\r\n2,5 %;1,5\r\n3 %;1,250\r\n"


@pytest.mark.parametrize(
    ("table", "note"),
    [
        (COMMA, ""),
        (SEMICOLON, "columns are separated by semicolons and decimal commas are read as points"),
        ("sep=;\n" + SEMICOLON, "columns are separated by semicolons and decimal commas are read as points"),
        (SEMICOLON.replace(";", "\t"), "columns are separated by tabs and decimal commas are read as points"),
        (COMMA.replace("2.5 %", '"2,5 %"'), "decimal commas are read as points"),
        (codecs.BOM_UTF8 + COMMA.encode(), ""),
        (COMMA.encode("utf-16"), ""),
        (COMMA.replace(",", ";").replace("2.5 %", "2.5\u00a0%"), "columns are separated by semicolons"),
    ],
)
def test_tables_of_spreadsheets_are_read_and_that_is_said(tmp_path: Path, table: str | bytes, note: str) -> None:
    values, faults = drawn(tmp_path, table)
    assert values == [2.5, 3.0]
    assert [fault.message for fault in faults if fault.severity == "note"] == ([note] if note else [])


@pytest.mark.parametrize(
    ("table", "hint"),
    [
        # no other cell tells whether the comma is a decimal one
        (
            "programs.gift.cost;failure.per_order\n1,250;2 %\n1,500;3 %\n",
            "write 1250 or 1_250, or 1.25 if that is meant",
        ),
        # beside decimal commas a point sets thousands apart
        ("programs.gift.cost;failure.per_order\n1.250;2,5 %\n2;3 %\n", "write 1250 or 1_250, or 1.25 if that is meant"),
        # without quotes a decimal comma makes two cells of one
        ("programs.gift.cost,failure.per_order\n1,2,5 %\n", "the header has 2; a decimal comma? Write 1.2"),
    ],
)
def test_tables_that_can_be_misread_are_refused(tmp_path: Path, table: str, hint: str) -> None:
    values, faults = drawn(tmp_path, table)
    assert values == []
    assert faults[0].hint == hint
