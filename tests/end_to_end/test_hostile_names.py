"""Names that would do harm if an output took them for more than text: in every role, through every output.

(The page has tests of its own.)
"""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import openpyxl
import pyarrow.parquet
import pytest

from equitysim.measures.text import JOINERS, cell
from equitysim.scenario.load import load
from equitysim.scenario.schema import Scenario
from equitysim.scenario.uncertain import Uncertainties
from equitysim.scenario.write import resolved
from equitysim.statistics.decision import DECISION_TABLES
from equitysim.study import compare, meter
from equitysim.study.output import LOGS
from tests.end_to_end.typed import typed

NAMES = {
    "markup": '<script>alert(1)</script><img src=x onerror="alert(1)">',
    "quotes": "\"double\" 'single' `back` \\",
    "line ends": "two\nlines\r\nand\u2028more\ttab",
    "bidi": "pay\u202egpj.exe\u2066x\u2069",
    "long": "x" * 10_000,
    "command": "=cmd|'/c calc'!A1",
    "at": "@SUM(1+1)",
    "minus": "-2+3",
    "full width": "＝1+1",
    "tab and formula": "\t=1+1",
    "semicolon": "a;=1+1",
    "path": "../../x",
    "absolute path": "/etc/passwd",
    "NUL": "a\x00b",
    "escape": "\x1b[31mred\x07",
    "emoji": "👩\u200d🚀 and 常連さん",
    "reserved": "CON",
    "reserved file": "nul.txt",
    "template": "{{ 7*7 }} ${x} %s %(y)s",
    "mathematics": "$\\frac{1}{",
    "link": "https://example.org/?a=1&b=2",
    "comment": "--> # x: [y] <!--",
}
WITHOUT_POLICIES = "assumptions"
"""The one table with no row of every policy."""
FORMULA = tuple("=+-@＝＋－＠\t\r")


def hostile_scenario() -> Scenario:
    """Each name names a policy, a program, a segment, a desk and a channel, and one of them the scenario."""
    names = list(NAMES.values())
    share = 100 / len(names)
    return Scenario.model_validate(
        {
            "name": "".join(name[:40] for name in names),
            "horizon": "60 days",
            "existing": {"count": "30", "history": "60 days"},
            "channels": {name: {"leads": "1 per month", "cost": "4"} for name in names},
            "segments": {name: {"share": f"{share!r} %", "occasions": {"mean": "60 per year"}} for name in names},
            "failure": {"per_order": "30 %"},
            "desks": {name: {"agents": "1", "hours": "6 per week"} for name in names},
            "programs": {
                name: {
                    "when": "known_failure",
                    "restore": {"at_0": "40 %", "at_1": "90 %"},
                    "reward": {"value": "1"},
                    "desk": name,
                }
                for name in names
            },
            "policies": {"today": [], **{name: [name] for name in names}},
            "compare": {"baseline": "today"},
            "claims": [{"better": name, "than": "today"} for name in names],
        }
    )


def move_few_numbers() -> None:
    """Each name has a dozen numbers that could be moved one at a time, to see what the answer rests on. It is enough to
    try one a name, another for each, and to look closely at as many as are shown."""
    all_of = meter.candidates

    def one_a_name(scenario: Scenario, unknown: Uncertainties) -> tuple[meter.Candidate, ...]:
        found = all_of(scenario, unknown)
        own = [[one for one in found if name in one.number.place] for name in NAMES.values()]
        return tuple(numbers[k % len(numbers)] for k, numbers in enumerate(own))

    meter.candidates = one_a_name
    meter.EXAMINED_CLOSELY = 5


class Written(NamedTuple):
    """What a comparison of hostile names printed and left behind."""

    file: Path
    folder: Path
    printed: str
    said: str


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    file = tmp_path_factory.mktemp("hostile") / "inner" / "hostile.yaml"
    file.parent.mkdir()
    file.write_text(resolved(hostile_scenario()), encoding="utf-8")
    also = ("--events", "--also", "excel", "--also", "parquet")
    text = typed("compare", file, "--replications", "2", "--workers", "1", *also, before=move_few_numbers)
    assert text.returncode == 0, text.stderr
    return Written(file, file.with_suffix(""), text.stdout, text.stderr)


def acting(text: str) -> set[str]:
    """Characters that act on a terminal, or on the text around them, instead of showing."""
    return {
        character
        for character in set(text)
        if (unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in f"\n{JOINERS}")
    }


def evaluated(cells: Iterator[str]) -> list[str]:
    """Texts that a spreadsheet would take for a formula, numbers left alone; also after a semicolon, which separates
    cells in some countries."""
    pieces = [piece.strip(" " + JOINERS) for text in cells if not number(text) for piece in text.split(";")]
    return [piece for piece in pieces if piece.startswith(FORMULA)]


def number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def active(svg: str) -> list[str]:
    """Elements and attributes of a picture that could run something or load something from elsewhere."""
    found = []
    for element in ElementTree.fromstring(svg).iter():
        tag = str(element.tag).rpartition("}")[2]
        if tag in ("script", "foreignObject", "image", "a", "iframe"):
            found.append(tag)
        for attribute, value in element.attrib.items():
            name = attribute.rpartition("}")[2]
            if name.startswith("on") or (name == "href" and not value.startswith("#")):
                found.append(f"{name}={value}")
    return found


def test_the_checks_can_fail() -> None:
    assert acting("a\x1b[31m\u202e\x00") == {"\x1b", "\u202e", "\x00"}
    assert evaluated(iter(["=1", "a;=1", "\u200d@x", "-5", "today"])) == ["=1", "=1", "@x"]
    planted = '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script/><a href="https://x"/></svg>'
    assert active(planted) == ["onload=x()", "script", "a", "href=https://x"]


def test_the_scenario_written_out_reads_back(written: Written) -> None:
    assert load(written.file) == hostile_scenario()
    assert load(written.folder / "scenario.resolved.yaml") == hostile_scenario()


def test_the_terminal_gets_nothing_that_acts(written: Written) -> None:
    assert acting(written.printed) == set()
    assert acting(written.said) == set()
    assert "alert(1)" in written.printed
    assert "49" not in written.printed.split("Claims")[1].split("Notes")[0]


def test_the_document_holds_the_names_as_they_were_written(written: Written) -> None:
    document = json.loads(json.dumps(compare(load(written.file), replications=1).document()))
    assert [policy["name"] for policy in document["policies"]] == ["today", *NAMES.values()]
    assert {row["policy"] for row in document["differences"]} == set(NAMES.values())
    assert document["scenario"]["name"] == hostile_scenario().name


def tables(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.csv"))


def test_csv_cells_show_and_do_nothing_else(written: Written) -> None:
    assert {path.stem for path in tables(written.folder)} == {
        *(name for name in DECISION_TABLES if name not in ("worlds", "unknowns")),
        *LOGS,
    }
    for path in tables(written.folder):
        text = path.read_text("utf-8")
        assert acting(text) == set()
        header, *rows = csv.reader(io.StringIO(text, newline=""))
        assert {len(row) for row in rows} == {len(header)}
        assert evaluated(value for row in rows for value in row) == []
        if path.stem != WITHOUT_POLICIES:
            policies = {row[header.index("policy")] for row in rows} - {"today"}
            assert policies == {cell(name) for name in NAMES.values()}


def test_the_numbers_that_were_moved_are_those_of_names(written: Written) -> None:
    with (written.folder / f"{WITHOUT_POLICIES}.csv").open(encoding="utf-8", newline="") as file:
        paths = {row["path"] for row in csv.DictReader(file)}
    assert paths
    assert {path.split(".")[0] for path in paths} <= {"channels", "segments", "desks", "programs"}


def test_parquet_holds_the_texts_of_the_csv_files(written: Written) -> None:
    for path in tables(written.folder):
        if path.stem == WITHOUT_POLICIES:
            continue
        with path.open(encoding="utf-8", newline="") as file:
            policies = {row["policy"] for row in csv.DictReader(file)}
        read = pyarrow.parquet.read_table(path.with_suffix(".parquet"), columns=["policy"])
        assert set(read["policy"].to_pylist()) == policies


def test_a_workbook_holds_texts_and_numbers_only(written: Written) -> None:
    book = openpyxl.load_workbook(written.folder / "tables.xlsx")
    cells = [one for sheet in book for row in sheet.iter_rows() for one in row if one.value is not None]
    assert {one.data_type for one in cells} == {"s", "n"}
    texts = [one for one in cells if one.data_type == "s"]
    assert all(one.hyperlink is None and one.quotePrefix for one in texts)
    assert acting("".join(one.value for one in texts)) == set()
    assert {"=cmd|'/c calc'!A1", "x" * 10_000} <= {one.value for one in texts}


def test_pictures_hold_nothing_active(written: Written) -> None:
    pictures = list((written.folder / "figures").glob("*.svg"))
    assert len(pictures) == len(list((written.folder / "figures").glob("*.png"))) > 3
    for path in pictures:
        svg = path.read_text("utf-8")
        assert active(svg) == []
        assert acting(svg) == set()


def test_no_name_becomes_a_file(written: Written) -> None:
    inner = written.file.parent
    assert {path.name for path in inner.iterdir()} == {"hostile.yaml", "hostile"}
    assert [path.name for path in inner.parent.iterdir()] == ["inner"]
    assert all(re.fullmatch(r"[a-z_]+(\.resolved)?\.[a-z]+|figures", path.name) for path in written.folder.iterdir())


@pytest.mark.parametrize("name", ["markup", "path", "long", "reserved", "line ends"])
def test_one_policy_writes_into_a_folder_of_a_tame_name(written: Written, name: str) -> None:
    before = set(written.folder.iterdir())
    done = typed("run", written.file, "--policy", NAMES[name], "--replications", "1", "--json")
    assert done.returncode == 0, done.stderr
    (folder,) = set(written.folder.iterdir()) - before
    assert re.fullmatch(r"run-[a-z0-9-]{1,50}", folder.name)
    assert done.stdout.isascii()
    assert json.loads(done.stdout)["policy"] == NAMES[name]
    assert acting(done.stderr) == set()
