"""The commands as a person types them: a process, its two streams, its exit code, the files it leaves."""

import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from equitysim.figures import data
from equitysim.measures.registry import MEASURES
from equitysim.statistics.decision import DECISION_TABLES
from tests.end_to_end.typed import typed, undrawn

SMALL = """\
format: 1
name: Small shop
horizon: 1 year
ltv_window: 6 months
existing: {count: 60, history: 1 year}
channels:
  flyers: {leads: 10 per month, cost: 4}
segments:
  regulars: {occasions: {mean: 12 per year, spread: 60 %}, order: {mean: 9, spread: 30 %}, margin: 60 %}
failure: {per_order: 5 %}
programs:
  welcome:      {when: first_purchase, gain: 8, cost: 1.50}
  make it good: {when: known_failure, restore: {at_0: 40 %, at_5: 90 %}, reward: {value: 5}}
policies:
  today:            [welcome]
  recover everyone: [welcome, make it good]
compare: {baseline: today, measure: net_value, matters: 0.20}
claims:
  - {better: recover everyone, than: today, measure: equity_mean}
"""
HOSTILE = "\\x1b[31m[red]$\\\\frac{1}<script>\\u202e"


def equitysim(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """One command line, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "equitysim", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        env={**os.environ, "COLUMNS": "100"},
        check=False,
        timeout=300,
    )


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    """One comparison, with its folder, that several tests look at."""
    path = tmp_path_factory.mktemp("compared") / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return equitysim("compare", path, "--replications", "3"), path.with_suffix("")


def test_compare_prints_units_horizon_and_interval(compared: tuple[subprocess.CompletedProcess[str], Path]) -> None:
    done, folder = compared
    assert done.returncode == 0, done.stderr
    verdict, header, *parts = done.stdout.split("\n\n")
    assert verdict.startswith(("Choose", "Keep", "Undecided", "'"))
    assert "net value over 1 year" in " ".join(verdict.split()) or "over 1 year" in verdict
    said = " ".join(header.split())
    for needed in (
        "Small shop: 2 policies, baseline today",
        "Horizon 1 year",
        "3 replications",
        "95 % t intervals",
        "EUR",
    ):
        assert needed in said
    assert re.search(r"recover everyone +[+-]\S+ \[[+-]\S+, [+-]\S+\] . +\S+ % +\S+ %", parts[0])
    assert re.search(r"recover everyone +\S+ +[+-]\S+ \[[+-]\S+, [+-]\S+\]", parts[1])
    assert done.stdout.splitlines()[-1] == str(folder / "report.html")
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert "Referral ratio" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_compare_leaves_tables_figures_the_page_and_the_resolved_scenario(
    compared: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    folder = compared[1]
    # nothing is uncertain in this scenario
    tables = {f"{name}.csv" for name in DECISION_TABLES if name not in ("worlds", "unknowns")}
    assert {path.name for path in folder.iterdir()} == {*tables, "figures", "report.html", "scenario.resolved.yaml"}
    # no policy of this scenario uses a desk
    names = set(data.FIGURES.values()) - {data.FIGURES["desks"]}
    drawn = {f"{name}.{kind}" for name in names for kind in ("png", "svg")}
    assert {path.name for path in (folder / "figures").iterdir()} == drawn


def test_the_resolved_scenario_gives_the_same_results(
    compared: tuple[subprocess.CompletedProcess[str], Path], tmp_path: Path
) -> None:
    resolved = tmp_path / "again.yaml"
    resolved.write_text((compared[1] / "scenario.resolved.yaml").read_text("utf-8"), encoding="utf-8")
    assert typed("compare", resolved, "--replications", "3", before=undrawn).returncode == 0
    first, again = (digests(folder / "runs.csv") for folder in (compared[1], tmp_path / "again"))
    assert first == again


def digests(runs: Path) -> list[str]:
    header, *rows = runs.read_text("utf-8").splitlines()
    place = header.split(",").index("digest")
    return [row.split(",")[place] for row in rows]


def numbers_in(document: Any) -> list[float]:
    if isinstance(document, dict):
        return [number for value in document.values() for number in numbers_in(value)]
    if isinstance(document, list):
        return [number for value in document for number in numbers_in(value)]
    return [document] if isinstance(document, float) else []


def refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


def test_compare_asks_for_as_many_replications_as_a_verdict_needs(small: Path) -> None:
    quick = ("--json", "--quiet", "--set", "compare.matters=4", "--set", "horizon=300 days")
    unasked, auto = (
        typed("compare", small, *quick, *more, before=undrawn) for more in ((), ("--replications", "auto"))
    )
    assert unasked.returncode == auto.returncode == 0, unasked.stderr + auto.stderr
    assert unasked.stdout == auto.stdout
    document = json.loads(unasked.stdout)
    assert document["replications"] >= 10
    assert document["verdict"]["status"] in ("best", "tied")
    assert document["verdict"]["needed"] <= document["replications"]


def test_compare_json(small: Path) -> None:
    done = typed("compare", small, "--replications", "2", "--json", before=undrawn)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout, parse_constant=refuse)
    assert next(iter(document)) == "schema_version"
    wanted = {"scenario", "engine", "seed", "replications", "baseline", "confidence", "policies", "differences"}
    assert set(document) >= {*wanted, "verdict", "claims", "provenance"}
    assert set(document["verdict"]) == {
        "status",
        "best",
        "desks",
        "set",
        "measure",
        "matters",
        "confidence",
        "procedure",
        "needed",
        "text",
    }
    assert {"p_best_mean", "share_of_futures_best"} <= set(document["policies"][0])
    assert set(document["scenario"]) == {"name", "file", "hash"}
    assert (document["engine"], document["seed"], document["replications"]) == ("compiled", 1, 2)
    assert [policy["name"] for policy in document["policies"]] == ["today", "recover everyone"]
    for policy in document["policies"]:
        assert re.fullmatch(r"[0-9a-f]{64}", policy["digest"])
        assert set(policy["measures"]) == set(MEASURES)
        assert all(set(measure) == {"mean", "low", "high", "unit"} for measure in policy["measures"].values())
    assert document["policies"][0]["measures"]["roi"]["mean"] is None
    for row in document["differences"]:
        assert set(row) == {"policy", "measure", "mean", "low", "high", "unit"}
    assert {row["policy"] for row in document["differences"]} == {"recover everyone"}
    claim = document["claims"][0]
    assert set(claim) == {"text", "measure", "estimate", "low", "high", "threshold", "outcome"}
    assert all(math.isfinite(number) for number in numbers_in(document))
    assert done.stderr.splitlines()[-1].startswith("Written to ")


def test_run_json_and_equal_seeds(small: Path) -> None:
    command = ("run", small, "--policy", "today", "--replications", "2", "--json", "--quiet")
    first, again = typed(*command), typed(*command)
    assert (first.returncode, first.stderr) == (0, "")
    document = json.loads(first.stdout, parse_constant=refuse)
    wanted = {"schema_version", "scenario", "policy", "engine", "seed", "replications", "events", "digest", "measures"}
    assert set(document) >= {*wanted, "provenance"}
    assert first.stdout == again.stdout
    other = json.loads(typed(*command, "--seed", "2").stdout)
    assert other["digest"] != document["digest"]


def test_run_prints_measures_and_writes_beside_the_comparison(small: Path) -> None:
    done = typed("run", small, "--policy", "recover everyone", "--replications", "1", "--events")
    assert done.returncode == 0, done.stderr
    assert "one replication, so no intervals" in " ".join(done.stdout.split())
    folder = small.with_suffix("") / "run-recover-everyone"
    assert done.stdout.splitlines()[-1] == str(folder)
    assert (folder / "events.csv").read_text("utf-8").startswith("policy,replication,case_id,activity,timestamp")


def test_trace_shows_the_same_customer_under_two_policies(small: Path) -> None:
    command = ("trace", small, "--policy", "recover everyone", "--against", "today", "--customer")
    done = typed(*command, "typical")
    assert done.returncode == 0, done.stderr
    assert "Under recover everyone: " in done.stdout
    assert "Under today: " in done.stdout
    assert re.search(r"^\d{4}-\d\d-\d\d \d\d:\d\d  buys ", done.stdout, re.MULTILINE)
    found = re.search(r"account of customer (\d+)", done.stdout)
    assert found is not None
    picture = Path(done.stdout.splitlines()[-1])
    assert picture == small.with_suffix("") / "figures" / f"account_recover_everyone_today_{found[1]}.png"
    assert picture.stat().st_size > 0
    assert picture.with_suffix(".svg").stat().st_size > 0
    by_identity = typed(*command, found[1])
    assert by_identity.stdout.split("\n\n")[1:] == done.stdout.split("\n\n")[1:]


def test_set_and_with_change_the_scenario(small: Path) -> None:
    layer = small.with_name("layer.yaml")
    layer.write_text("compare: {matters: 5}\n", encoding="utf-8")
    done = typed(
        "compare", small, "--replications", "1", "--json", "--with", layer, "--set", "horizon=200 days", before=undrawn
    )
    document = json.loads(done.stdout)
    assert (document["matters"], document["horizon_days"]) == (5.0, 200.0)


def test_customers_scales_and_says_so(small: Path) -> None:
    done = typed("compare", small, "--replications", "1", "--customers", "60", before=undrawn)
    assert done.returncode == 0, done.stderr
    # 60 who came and 120 leads a year make 180: a third is simulated
    assert "Simulated: 1/3 of the firm (--customers); totals are scaled back." in done.stderr
    assert "1/3 of the firm" in done.stdout


def test_vary_prints_one_table_and_writes_beside_the_comparison(small: Path) -> None:
    command = ("compare", small, "--replications", "2", "--vary", "failure.per_order=2 %, 20 %")
    done = typed(*command)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^20 % +\S", done.stdout, re.MULTILINE)
    folder = Path(done.stdout.splitlines()[-1])
    assert folder.parent == small.with_suffix("")
    assert folder.name.startswith("vary-failure-per-order")
    assert {path.name for path in folder.iterdir()} == {"vary.csv", "figures", "scenario.resolved.yaml"}
    assert {path.name for path in (folder / "figures").iterdir()} == {"value_by_setting.png", "value_by_setting.svg"}
    resolved = (folder / "scenario.resolved.yaml").read_text("utf-8")
    assert "# Varied failure.per_order: 2 %, 20 %\n" in resolved
    document = json.loads(typed(*command, "--json").stdout, parse_constant=refuse)
    assert [value["setting"] for value in document["vary"]["values"]] == ["2 %", "20 %"]
    plain = json.loads(typed(*command[:4], "--set", "failure.per_order=20 %", "--json", before=undrawn).stdout)
    assert document["vary"]["values"][1]["policies"] == plain["policies"]


def test_a_claim_that_fails_at_a_value_is_an_error_if_strict(small: Path) -> None:
    claim = "claims:\n  - {better: today, than: recover everyone, measure: equity_mean}\n"
    small.write_text(SMALL.split("claims:")[0] + claim, encoding="utf-8")
    command = ("compare", small, "--vary", "failure.per_order=0 %,20 %", "--replications", "6")
    assert typed(*command).returncode == 0
    strict = typed(*command, "--strict")
    assert strict.returncode == 3
    assert "claim fails at failure.per_order = 20 %" in strict.stderr
    assert "claim fails at failure.per_order = 0 %" not in strict.stderr


MISTAKES: dict[str, tuple[tuple[str, ...], int, str]] = {
    "command": (("comapre", "small.yaml"), 2, "Did you mean 'compare'?"),
    "command not built": (("calibrate", "small.yaml"), 2, "No such command 'calibrate'"),
    "option": (("compare", "small.yaml", "--replicatons", "2"), 2, "Did you mean '--replications'?"),
    "option of another command": (("compare", "small.yaml", "--trials", "9"), 2, "No such option"),
    "no such engine": (("compare", "small.yaml", "--engine", "fortran"), 2, "'fortran' is not one of"),
    "policy": (("run", "small.yaml", "--policy", "todya"), 2, "did you mean 'today'?"),
    "trace policy": (
        ("trace", "small.yaml", "--policy", "today", "--customer", "best", "--against", "x"),
        2,
        "there are:",
    ),
    "customer": (("trace", "small.yaml", "--policy", "today", "--customer", "bets"), 2, "did you mean 'best'?"),
    "nobody": (("trace", "small.yaml", "--policy", "today", "--customer", "12"), 2, "nobody has the identity 12"),
    "seed": (("compare", "small.yaml", "--seed", "-1"), 2, "--seed"),
    "large seed": (("compare", "small.yaml", "--seed", str(1 << 64)), 2, "seed must be a whole number from 0"),
    "replications": (("compare", "small.yaml", "--replications", "0"), 2, "--replications"),
    "replications in words": (
        ("compare", "small.yaml", "--replications", "many"),
        2,
        "50k, or auto",
    ),
    "replications of one policy": (
        ("run", "small.yaml", "--policy", "today", "--replications", "auto"),
        2,
        "--replications",
    ),
    "set": (("compare", "small.yaml", "--set", "horizon"), 2, "--set needs PATH=VALUE"),
    "no file": (("compare", "absent.yaml"), 3, "absent.yaml:1:1: error: "),
    "a folder": (("compare", "."), 3, "is not a file"),
    "set value": (("compare", "small.yaml", "--set", "horizon=3"), 3, "--set:1:1: error: horizon"),
    "set path": (("compare", "small.yaml", "--set", "horizn=3 years"), 3, "did you mean 'horizon'?"),
    "new over a file": (("new", "small.yaml"), 2, "exists already"),
    "new nowhere": (("new", "absent/new.yaml"), 1, "cannot write to absent"),
    "out in the way": (("compare", "small.yaml", "--out", "small.yaml"), 2, "small.yaml is no folder"),
    "vary value": (
        ("compare", "small.yaml", "--vary", "failure.per_order=2 %,5"),
        3,
        "--vary:2:1: error: failure",
    ),
    "vary path": (("compare", "small.yaml", "--vary", "horizn=1 year,2 years"), 3, "did you mean 'horizon'?"),
    "vary one": (("compare", "small.yaml", "--vary", "horizon=1 year"), 2, "needs at least two values"),
    "vary nothing": (("compare", "small.yaml", "--vary", "horizon"), 2, "--vary needs PATH=VALUE,VALUE"),
    "vary two": (("compare", "small.yaml", "--vary", "a=1,2", "--vary", "b=1,2"), 2, "--vary takes one key"),
    "vary the question": (
        ("compare", "small.yaml", "--vary", "compare.matters=0.1,0.2"),
        2,
        "changes the question (matters of the comparison)",
    ),
    "vary events": (
        ("compare", "small.yaml", "--vary", "horizon=1 year,2 years", "--events"),
        2,
        "--events belongs to",
    ),
    "vary of run": (("run", "small.yaml", "--policy", "today", "--vary", "a=1,2"), 2, "No such option"),
    "cap": (("compare", "small.yaml", "--set", "limits.events=50"), 3, "cap of 50 events"),
}


@pytest.mark.parametrize(("arguments", "code", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_mistakes_end_with_a_clear_line(small: Path, arguments: tuple[str, ...], code: int, said: str) -> None:
    before = small.read_bytes()
    done = typed(*arguments, cwd=small.parent)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert small.read_bytes() == before


def test_check_tells_every_fault_with_its_place(small: Path) -> None:
    wrong = small.with_name("wrong.yaml")
    text = SMALL.replace("horizon: 1 year", "horizn: 1 year").replace("per_order: 5 %", "per_order: 5")
    wrong.write_text(text, encoding="utf-8")
    done = typed("check", "wrong.yaml", "small.yaml", cwd=small.parent)
    assert done.returncode == 3
    first, second, ok = done.stdout.splitlines()
    assert re.match(r"wrong\.yaml:3:1: error: horizn: unknown key \(did you mean 'horizon'\?\)", first)
    assert second.startswith("wrong.yaml:10:22: error: failure.per_order: ")
    assert ok == "small.yaml: OK, 2 policies"
    assert done.stderr == "wrong.yaml: 2 errors\n"


def test_warnings_are_errors_if_strict(small: Path) -> None:
    small.write_text(SMALL.replace("[welcome, make it good]", "[welcome]"), encoding="utf-8")
    lenient, strict = typed("check", small), typed("check", small, "--strict")
    assert (lenient.returncode, strict.returncode) == (0, 3)
    assert ": warning: programs.make it good: " in lenient.stdout
    assert lenient.stdout.splitlines()[-1].endswith("OK, 2 policies, 0 errors, 1 warning")
    assert typed("compare", small, "--replications", "1", "--strict").returncode == 3


@pytest.mark.parametrize(
    ("better", "than", "code"), [("today", "recover everyone", 3), ("recover everyone", "today", 0)]
)
def test_a_claim_that_fails_is_an_error_if_strict(small: Path, better: str, than: str, code: int) -> None:
    claim = f"claims:\n  - {{better: {better}, than: {than}, measure: equity_mean}}\n"
    small.write_text(SMALL.split("claims:")[0] + claim, encoding="utf-8")
    done = typed("compare", small, "--replications", "8", "--strict", before=undrawn)
    assert done.returncode == code, done.stdout
    assert ("claim fails" in done.stderr) == (code == 3)
    assert small.with_suffix("").is_dir()
    if code != 0:
        assert typed("compare", small, "--replications", "8", before=undrawn).returncode == 0


def test_new_writes_a_scenario_that_checks(tmp_path: Path) -> None:
    done = typed("new", "my.yaml", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "equitysim compare my.yaml" in done.stdout
    assert typed("check", "my.yaml", "--strict", cwd=tmp_path).returncode == 0


def test_show_prints_a_scenario_that_loads_back(small: Path) -> None:
    done = typed("show", small, "--set", "horizon=200 days")
    assert done.returncode == 0, done.stderr
    small.with_name("shown.yaml").write_text(done.stdout, encoding="utf-8")
    assert typed("check", small.with_name("shown.yaml"), "--strict").returncode == 0
    assert "200 days" in done.stdout


def test_explain_and_its_mistakes() -> None:
    done = typed("explain", "equity.forgetting")
    assert done.returncode == 0, done.stderr
    assert "10 weeks" in done.stdout
    wrong = typed("explain", "equity.forgeting")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "did you mean 'equity.forgetting'?" in wrong.stderr


def test_schema_is_json_schema() -> None:
    document = json.loads(typed("schema").stdout)
    assert document["$schema"].startswith("https://json-schema.org/")
    assert "horizon" in document["properties"]


def test_hostile_names_are_harmless(small: Path) -> None:
    text = SMALL.replace("recover everyone", f'"{HOSTILE}"').replace("Small shop", f'"{HOSTILE}"')
    small.write_text(text.replace(f'than: "{HOSTILE}"', "than: today"), encoding="utf-8")
    done = typed("compare", small, "--replications", "2")
    assert done.returncode == 0, done.stderr
    wrong = typed("run", small, "--policy", "\x1b[31mx")
    assert wrong.returncode == 2
    for text in (done.stdout, done.stderr, wrong.stderr):
        assert not {"\x1b", "\u202e"} & set(text)
    assert "[31m[red]$\\frac{1}<script>" in done.stdout
    for svg in (small.with_suffix("") / "figures").glob("*.svg"):
        assert "<script" not in svg.read_text("utf-8")
    page = (small.with_suffix("") / "report.html").read_text("utf-8")
    assert page.count("<script") == 1
    assert not {"\x1b", "\u202e"} & set(page)


# where a terminal claims ASCII, click writes UTF-8
@pytest.mark.parametrize(("encoding", "read_as"), [("utf-8", "utf-8"), ("ascii", "utf-8"), ("cp1252", "cp1252")])
def test_any_encoding_of_the_terminal_will_do(small: Path, encoding: str, read_as: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "equitysim", "run", str(small), "--policy", "today", "--replications", "1"],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Horizon 1 year" in done.stdout.decode(read_as)


@pytest.mark.skipif(os.name != "posix", reason="SIGINT and pipes of POSIX")
def test_interrupting_ends_with_130_and_leaves_no_half_files(small: Path) -> None:
    command = [sys.executable, "-m", "equitysim", "compare", str(small), "--replications", "100000", "--events"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        folder = small.with_suffix("")
        until = time.monotonic() + 60
        while not list(folder.glob(".events.csv.*")) and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(1.0)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert out == ""
    assert err.splitlines()[-1] == "Interrupted; nothing further was written."
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="SIGINT and pipes of POSIX")
def test_a_reader_that_leaves_is_no_fault(small: Path) -> None:
    command = f"{sys.executable} -m equitysim show {small} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
