"""The page, the text, the JSON document and the CSV tables of one comparison say the same numbers."""

import csv
import json
import math
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import equitysim as es
from equitysim.report.policies import CHANCES, DIFFERENCE, SHOWN
from equitysim.statistics.intervals import FloatArray
from tests.end_to_end.test_cli import SMALL
from tests.end_to_end.typed import typed
from tests.unit.report.made_page import Element, read

MEASURE = "net_value"
Numbers = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Cell:
    """A cell of the page: the exact mean and bounds, and the words it is read as."""

    numbers: Numbers
    words: str


@dataclass(frozen=True)
class Told:
    """One comparison in four ways. ``page``: (policy, key) → cell; ``card``: the sentence on the verdict's card.
    ``ratios``: policy → measure → both sides × replications, from Python: no table has them."""

    page: dict[tuple[str, str], Cell]
    card: str
    text: str
    document: dict[str, Any]
    values: list[dict[str, str]]
    differences: list[dict[str, str]]
    ratios: dict[str, Mapping[str, FloatArray]]


def cells(page: str) -> dict[tuple[str, str], Cell]:
    """The policies' table of a page."""
    section = next(part for part in read(page).all("section") if part.attributes.get("id") == "policies")
    table = next(section.all("table"))
    keys = [heading.attributes.get("data-key", "") for heading in next(table.all("thead")).all("th")][1:]
    found = {}
    for row in next(table.all("tbody")).all("tr"):
        name = next(row.all("th")).own[0].strip()
        for key, cell in zip(keys, row.all("td"), strict=True):
            found[name, key] = Cell(_numbers(cell), f"{cell.own[0].strip()} {_note(cell)}".strip())
    return found


def card(page: str) -> str:
    """The sentence of the verdict's card."""
    section = next(part for part in read(page).all("section") if part.attributes.get("id") == "verdict")
    return next(part.text for part in section.all("div") if part.attributes.get("class") == "answer")


def _note(cell: Element) -> str:
    return next((small.text for small in cell.all("small") if "note" in small.attributes["class"]), "")


def _numbers(cell: Element) -> Numbers:
    mean, low, high = (
        float(cell.attributes[name]) if name in cell.attributes else None
        for name in ("data-value", "data-low", "data-high")
    )
    return mean, low, high


def disagreements(told: Told) -> Iterator[str]:
    """Where two of the four differ in a number; exactly, not by rounding."""
    policies = {policy["name"]: policy for policy in told.document["policies"]}
    differences = {row["policy"]: row for row in told.document["differences"] if row["measure"] == MEASURE}
    if {name for name, _ in told.page} != set(policies):
        yield "policies"
    verdict = " ".join(told.document["verdict"]["text"].split())
    if told.card != verdict:
        yield f"verdict: page {told.card!r}, document {verdict!r}"
    if not " ".join(told.text.split()).startswith(verdict):
        yield f"verdict: document {verdict!r}, not first in the text"
    for (name, key), cell in told.page.items():
        where = f"{name}, {key}"
        if key == DIFFERENCE and name == told.document["baseline"]:
            continue
        if key in CHANCES:
            yield from _other_chances(told, name, key)
            continue
        row = differences[name] if key == DIFFERENCE else policies[name]["measures"][key]
        if cell.numbers != (row["mean"], row["low"], row["high"]):
            yield f"{where}: page {cell.numbers}, document {row}"
        if key in told.ratios[name]:
            yield from _other_ratios(told, name, key)
        else:
            tabled = _tabled_difference(told, name) if key == DIFFERENCE else _tabled_level(told, name, key)
            if tabled != cell.numbers[: len(tabled)]:
                yield f"{where}: page {cell.numbers}, tables {tabled}"
        words = cell.words if key == DIFFERENCE else cell.words.split(" [")[0]
        if words not in _texts(told, name):
            yield f"{where}: page {words!r}, not in the text"


def _other_chances(told: Told, policy: str, key: str) -> Iterator[str]:
    """Where a chance of being the best is told differently; that of futures is counted again from the values."""
    cell = told.page[policy, key]
    (found,) = (row for row in told.document["policies"] if row["name"] == policy)
    if cell.numbers != (found[key], None, None):
        yield f"{policy}, {key}: page {cell.numbers}, document {found[key]}"
    if key == "share_of_futures_best" and cell.numbers[0] != _share_of_futures_best(told, policy):
        yield f"{policy}, {key}: page {cell.numbers}, values {_share_of_futures_best(told, policy)}"
    if key != "share_of_worlds_best" and cell.words not in _texts(told, policy):
        yield f"{policy}, {key}: page {cell.words!r}, not in the text"


def _share_of_futures_best(told: Told, policy: str) -> float:
    futures: dict[str, dict[str, float]] = {}
    for row in told.values:
        if (row["segment"], row["measure"]) == ("all", MEASURE):
            futures.setdefault(row["replication"], {})[row["policy"]] = float(row["value"])
    best = [[name for name, value in each.items() if value == max(each.values())] for each in futures.values()]
    return math.fsum((policy in names) / len(names) for names in best) / len(best)


def _texts(told: Told, policy: str) -> list[str]:
    """The cells of a policy in the printed table: at least two blanks part them, a mark may follow."""
    table = told.text.split("Where the value comes from")[0]
    rows = [line for line in table.splitlines() if line.startswith(f"{policy} ")]
    return [cell.rstrip(" =?") for line in rows for cell in re.split(r" {2,}", line)]


def _tabled_difference(told: Told, policy: str) -> tuple[float, ...]:
    (row,) = (row for row in told.differences if (row["policy"], row["measure"]) == (policy, MEASURE))
    return tuple(float(row[name]) for name in ("mean", "low", "high"))


def _tabled_level(told: Told, policy: str, measure: str) -> tuple[float, ...]:
    values = _tabled_values(told, policy, measure)
    return (math.fsum(values) / len(values),)


def _tabled_values(told: Told, policy: str, measure: str) -> list[float]:
    return [
        float(row["value"])
        for row in told.values
        if (row["policy"], row["segment"], row["measure"]) == (policy, "all", measure) and row["value"]
    ]


def _other_ratios(told: Told, policy: str, measure: str) -> Iterator[str]:
    """Where a ratio is told differently: tables have it run by run, the page the ratio of the sums over the runs."""
    parts, wholes = told.ratios[policy][measure].tolist()
    each = [part / whole for part, whole in zip(parts, wholes, strict=True) if whole]
    if _tabled_values(told, policy, measure) != each:
        yield f"{policy}, {measure}: tables {_tabled_values(told, policy, measure)}, runs {each}"
    mean = told.page[policy, measure].numbers[0]
    if mean != pytest.approx(math.fsum(parts) / math.fsum(wholes), rel=1e-14):
        yield f"{policy}, {measure}: page {mean}, of the sums {math.fsum(parts) / math.fsum(wholes)}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("agree")


@pytest.fixture(scope="module")
def printed(folder: Path) -> dict[str, subprocess.CompletedProcess[str]]:
    """The same comparison printed as text and as JSON, each into a folder of its own."""
    path = folder / "small.yaml"
    path.write_text(f"{SMALL}uncertain: {{failure.per_order: 2 % to 9 %}}\n", encoding="utf-8")
    command = ("compare", path, "--replications", "3", "--out")
    return {
        "text": typed(*command, folder / "text"),
        "json": typed(*command, folder / "json", "--json", "--quiet"),
    }


@pytest.fixture(scope="module")
def told(folder: Path, printed: dict[str, subprocess.CompletedProcess[str]]) -> Told:
    out = folder / "text"
    tables = {
        name: list(csv.DictReader((out / f"{name}.csv").open(encoding="utf-8", newline="")))
        for name in ("values", "differences")
    }
    page = (out / "report.html").read_text("utf-8")
    return Told(
        cells(page),
        card(page),
        printed["text"].stdout,
        json.loads(printed["json"].stdout),
        tables["values"],
        tables["differences"],
        {one.name: one.ratios for one in es.compare(es.load(folder / "small.yaml"), replications=3).policies},
    )


def test_compare_writes_the_page_and_tells_its_path_last(
    folder: Path, printed: dict[str, subprocess.CompletedProcess[str]]
) -> None:
    assert printed["text"].returncode == 0, printed["text"].stderr
    assert printed["text"].stdout.splitlines()[-1] == str(folder / "text" / "report.html")
    assert "report.html" not in printed["json"].stdout
    assert printed["json"].stderr == ""


def test_equal_commands_write_equal_pages(folder: Path, printed: dict[str, subprocess.CompletedProcess[str]]) -> None:
    assert {done.returncode for done in printed.values()} == {0}
    assert (folder / "text" / "report.html").read_bytes() == (folder / "json" / "report.html").read_bytes()


def test_the_page_tells_the_command_and_no_folder_of_this_machine(folder: Path, told: Told) -> None:
    assert told.page
    page = read((folder / "text" / "report.html").read_text("utf-8")).text
    assert "equitysim compare small.yaml --seed 1 --replications 3" in page
    assert str(folder) not in page


def test_page_text_document_and_tables_agree(told: Told) -> None:
    assert {key for _, key in told.page} == {MEASURE, DIFFERENCE, *CHANCES, *SHOWN}
    without = {place for place, cell in told.page.items() if cell.numbers[1] is None and place[1] not in CHANCES}
    assert without == {("today", DIFFERENCE)}
    assert list(disagreements(told)) == []


def _elsewhere(numbers: Numbers) -> Numbers:
    mean, low, high = numbers
    return (math.nextafter(mean or 0.0, math.inf), low, high)


def _page(told: Told, key: str) -> Told:
    place = ("recover everyone", key)
    return replace(
        told, page={**told.page, place: replace(told.page[place], numbers=_elsewhere(told.page[place].numbers))}
    )


def _document(told: Told) -> Told:
    document: dict[str, Any] = json.loads(json.dumps(told.document))
    document["policies"][1]["measures"]["spend"]["low"] -= 1e-9
    return replace(told, document=document)


def _words(told: Told) -> Told:
    place = ("today", "ltv")
    return replace(told, page={**told.page, place: replace(told.page[place], words="0.00 [0.00, 0.00]")})


def _moved(ratios: Mapping[str, FloatArray]) -> Mapping[str, FloatArray]:
    """The same values run by run, but runs of other sizes."""
    return {**ratios, "retention_12m": ratios["retention_12m"] * np.array([1.0, 1.0, 2.0])}


PLANTED: dict[str, Callable[[Told], Told]] = {
    "a level on the page": lambda told: _page(told, "ltv"),
    "a difference on the page": lambda told: _page(told, DIFFERENCE),
    "the sums of a ratio": lambda told: replace(
        told, ratios={name: _moved(each) for name, each in told.ratios.items()}
    ),
    "a ratio in a table": lambda told: replace(
        told, values=[{**row, "value": "0.5"} if row["measure"] == "retention_12m" else row for row in told.values]
    ),
    "a bound in the document": _document,
    "a value in a table": lambda told: replace(
        told, values=[{**row, "value": "1"} if row["measure"] == "spend" else row for row in told.values]
    ),
    "a bound in a table": lambda told: replace(told, differences=[{**row, "high": "9"} for row in told.differences]),
    "words on the page": _words,
    "a chance on the page": lambda told: _page(told, "p_best_mean"),
    "a share of futures on the page": lambda told: _page(told, "share_of_futures_best"),
    "a share of worlds on the page": lambda told: _page(told, "share_of_worlds_best"),
    "the verdict on the page": lambda told: replace(told, card=told.card.replace("'today'", "'recover everyone'")),
    "the verdict in the text": lambda told: replace(told, text=told.text.replace("today", "the rest", 1)),
    "the text": lambda told: replace(told, text=re.sub(r"^today.*$", "today", told.text, flags=re.M)),
    "a policy": lambda told: replace(
        told, page={place: cell for place, cell in told.page.items() if place[0] != "today"}
    ),
}


@pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED.keys())
def test_a_number_that_differs_is_seen(told: Told, plant: Callable[[Told], Told]) -> None:
    assert list(disagreements(plant(told))) != []


def test_the_share_of_futures_is_counted_again_from_the_values(told: Told) -> None:
    other = {"today": "recover everyone", "recover everyone": "today"}
    exchanged = replace(told, values=[{**row, "policy": other[row["policy"]]} for row in told.values])
    assert any("share_of_futures_best: page" in said and "values" in said for said in disagreements(exchanged))
