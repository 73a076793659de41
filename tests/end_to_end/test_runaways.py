"""What nobody can mean is refused or can be stopped: sizes, rates and times out of all proportion."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import runaways

from equitysim.errors import ScenarioError
from equitysim.scenario.schema import Scenario
from tests.end_to_end.typed import typed

posix = pytest.mark.skipif(os.name != "posix", reason="signals and wait4 of POSIX")

ENDLESS = """
import signal, sys
from tests.contract.worlds import ENGINES, plan
signal.signal(signal.SIGTERM, signal.default_int_handler)
often = {"horizon": "100 years", "review": "100 years", "segments": {"heavy": {"occasions": {"mean": "900 per day"}}},
         "equity": {"defection": "0 % per year"}, "limits": {"events": 1_000_000_000, "customers": 1_000_000}}
ENGINES[sys.argv[1]](plan(), 1, 0)
print("ready", flush=True)
try:
    ENGINES[sys.argv[1]](plan(often, "today"), 1, 0)
except KeyboardInterrupt:
    sys.exit(130)
"""
"""Eighteen people who buy 900 times a day for a hundred years: six hundred million occasions between two
reviews, minutes of computing."""

LONGEST = 60.0
"""Seconds, far more than it takes on a busy machine, and far less than the run does."""


@posix
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "told to end"])
@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_a_run_without_end_ends_when_it_is_told_to(engine: str, sent: signal.Signals) -> None:
    command = [sys.executable, "-c", ENDLESS, engine]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == b"ready\n"
        time.sleep(1.0)
        assert running.poll() is None
        running.send_signal(sent)
        try:
            assert running.wait(LONGEST) == 130
        finally:
            running.kill()


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--replications", "1000000000"), 3, "1000000000 replications are more than the cap of 100000"),
        (("--workers", "1000000000"), 2, "1024"),
        (("--customers", "1000000000"), 3, "more than the cap of 2000000 customers"),
        (("--set", "existing.count=1000000000"), 3, "more than the cap of 2000000 customers"),
        (("--set", "horizon=1e9 years"), 3, "at most 100 years"),
        (("--set", "review=1 day", "--set", "horizon=100 years", "--replications", "10000"), 3, "review less often"),
    ],
)
def test_what_is_too_large_is_refused_with_its_cap(
    options: tuple[str, ...], code: int, said: str, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text("existing: {count: 20}\npolicies: {today: []}\n", "utf-8")
    done = typed("run", "a.yaml", "--policy", "today", "--workers", "1", *options, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr


def test_too_many_values_to_vary_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("existing: {count: 20}\npolicies: {today: [], b: []}\n", "utf-8")
    values = ",".join(map(str, range(1, 400)))
    done = typed("compare", "a.yaml", "--vary", f"existing.count={values}", cwd=tmp_path)
    assert done.returncode == 3
    assert "399 values are more than the cap of 200" in done.stderr


@posix
def test_a_cohort_of_ten_million_is_counted_not_listed(tmp_path: Path) -> None:
    """A number for each of them would take more than 80 MB beside what Python itself needs."""
    (tmp_path / "a.yaml").write_text(
        "horizon: 1 year\ncohorts: {installs: {per_week: [10_000_000]}}\npolicies: {today: []}\n", "utf-8"
    )
    peak = (
        "import resource, sys; from equitysim.scenario.load import load; from equitysim.scenario.lower import lower; "
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; scenario = load(sys.argv[1]); "
        "lower(scenario, 'today', customers=100); "
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", peak, tmp_path / "a.yaml"], capture_output=True, text=True, check=True, timeout=300
    )
    assert int(done.stdout) * (1 if sys.platform == "darwin" else 1024) < 40e6


@posix
def test_a_few_absurd_draws_end_within_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small version of ``python tools/runaways.py``, with time to spare."""
    monkeypatch.setattr(runaways, "PROMPT", LONGEST)
    monkeypatch.setattr(runaways, "REFUSED_MEGABYTES", 2_000.0)  # a process counts what its parent took before it
    luck = random.Random(5)
    ended = [runaways.run(runaways.drawn(luck), tmp_path, 20.0, "compiled") for _ in range(6)]
    assert [one.kind for one in ended if one.kind.isupper()] == []
    assert any(one.kind == "refused" for one in ended)


def test_what_is_refused_is_what_was_drawn() -> None:
    """The scenario is sound before anything is drawn, and so are some of the drawn ones, which run then."""
    assert list(Scenario.model_validate(runaways.sound()).policies) == ["today"]
    luck = random.Random(5)
    sound = 0
    for _ in range(30):
        with contextlib.suppress(ScenarioError):
            sound += bool(Scenario.model_validate(runaways.drawn(luck).scenario))
    assert sound >= 5


def test_limits_that_are_broken_would_be_seen() -> None:
    kinds = {
        runaways.Ended(1, None, 90.0, "Error: internal fault").kind,
        runaways.Ended(130, 30.0, 90.0, "").kind,
        runaways.Ended(0, None, 9e6, "").kind,
        runaways.Ended(3, None, 900.0, "Error: more than the cap").kind,
    }
    assert kinds == {"BROKEN", "UNSTOPPABLE", "TOO LARGE", "REFUSED LATE"}
    assert runaways.Ended(3, None, 900.0, "policy 'a' reached the cap").kind == "refused"
    assert runaways.Ended(0, 1.0, 90.0, "").kind == "done"  # it had just ended by itself
