"""Absurd sizes, rates and times, drawn at random: how many end within limits?

    python tools/runaways.py [--count N] [--seed S] [--seconds PATIENCE] [--engine compiled|simpy]

Each draw is a scenario and a command with one to three numbers that nobody can mean: people, leads, rates, spans,
dates, replications, workers. It must be refused with a clear message (exit 2 or 3), or run to its end, or within
``PATIENCE`` be interrupted with exit code 130 not later than ``PROMPT`` after Ctrl-C; never with a traceback or an
internal fault, and never with more memory than ``MEGABYTES``. What is refused for its size before the run must not
have taken more than ``REFUSED_MEGABYTES``. POSIX only: it asks the system what each process took.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import yaml

PROMPT = 2.0
MEGABYTES = 2_500.0
REFUSED_MEGABYTES = 256.0
DATES = ("0001-01-01", "9999-12-31", "1582-10-04", "5000-06-01")
UNITS = ("seconds", "minutes", "hours", "days", "months", "years")


class Absurd(NamedTuple):
    """A scenario and the options of ``equitysim run``."""

    scenario: dict[str, object]
    options: tuple[str, ...]


class Ended(NamedTuple):
    """What came of it: exit code, seconds from Ctrl-C to the end (None if it was not needed), peak memory, words."""

    code: int
    after: float | None
    megabytes: float
    said: str

    @property
    def kind(self) -> str:
        """In a word."""
        if "Traceback" in self.said or "internal fault" in self.said or self.code not in (0, 2, 3, 130):
            return "BROKEN"
        if self.after is not None and self.after > PROMPT:
            return "UNSTOPPABLE"
        if self.megabytes > MEGABYTES:
            return "TOO LARGE"
        if self.code in (2, 3):
            grown = "reached the cap" in self.said or "passed the cap" in self.said or "went through" in self.said
            return "refused" if grown or self.megabytes <= REFUSED_MEGABYTES else "REFUSED LATE"
        return {0: "done", 130: "interrupted"}[self.code]


def sound() -> dict[str, object]:
    """The scenario before anything absurd is drawn, which runs to its end."""
    return {
        "format": 1,
        "name": "absurd",
        "horizon": "1 year",
        "existing": {"count": 50, "history": "1 year"},
        "segments": {"everyone": {"occasions": {"mean": "12 per year"}}},
        "desks": {"care": {"agents": 1}},
        "programs": {
            "nag": {"when": {"silence": "60 days"}},
            "fix": {"when": "known_failure", "desk": "care"},
            "mail": {"when": {"every": "90 days"}},
        },
        "policies": {"today": ["nag", "fix", "mail"]},
    }


def drawn(luck: random.Random) -> Absurd:
    """One absurd scenario with its options."""
    scenario = sound()
    options: list[str] = []
    for place in luck.sample(PLACES, luck.randint(1, 3)):
        place(scenario, options, luck)
    return Absurd(scenario, tuple(options))


def _large(luck: random.Random) -> int:
    return int(10 ** luck.uniform(5, 17))


def _span(luck: random.Random) -> str:
    return f"{10 ** luck.uniform(-12, 12):.3g} {luck.choice(UNITS)}"


def _rate(luck: random.Random) -> str:
    return f"{10 ** luck.uniform(0, 12):.3g} per {luck.choice(('second', 'hour', 'day', 'year'))}"


def at(path: str, value: Callable[[random.Random], object]) -> Callable[..., None]:
    """Puts a drawn value at a place of the scenario."""

    def put(scenario: dict[str, object], _: list[str], luck: random.Random) -> None:
        *above, last = path.split(".")
        here = scenario
        for name in above:
            here = here.setdefault(name, {})  # type: ignore[assignment]
        here[last] = value(luck)

    return put


def option(name: str, value: Callable[[random.Random], object]) -> Callable[..., None]:
    """Adds an option with a drawn value."""

    def add(_: dict[str, object], options: list[str], luck: random.Random) -> None:
        options += [name, str(value(luck))]

    return add


PLACES: tuple[Callable[..., None], ...] = (
    at("existing.count", _large),
    at("existing", lambda luck: {"active": _large(luck), "history": _span(luck)}),
    at("existing.history", _span),
    at("horizon", _span),
    at("ltv_window", _span),
    at("review", _span),
    at("recency", _span),
    at("start", lambda luck: luck.choice(DATES)),
    at("cohorts", lambda luck: {"a": {"start": luck.choice(DATES), "per_week": [_large(luck)] * 500}}),
    at("cohorts", lambda luck: {"a": {"start": f"-{_span(luck)}", "per_week": [_large(luck)]}}),
    at("channels", lambda luck: {"web": {"leads": _rate(luck)}}),
    at("segments.everyone.occasions", lambda luck: {"mean": _rate(luck), "spread": f"{luck.choice((0, 60, 9000))} %"}),
    at(
        "segments.everyone.occasions", lambda luck: {"gamma": {"shape": 10 ** luck.uniform(-9, 9), "rate": _span(luck)}}
    ),
    at("programs.nag.when", lambda luck: {"silence": _span(luck), "again": _span(luck)}),
    at(
        "programs.nag.when",
        lambda luck: {"silence": "1 day", "again": f"{10 ** luck.uniform(-6, 1):.3g} usual gaps"},
    ),
    at("programs.nag.delay", _span),
    at("programs.nag.invite", lambda luck: "true"),
    at("programs.mail.when", lambda luck: {"every": _span(luck)}),
    at("programs.mail.budget", lambda luck: _rate(luck)),
    at("desks.care.handling", lambda luck: {"mean": _span(luck)}),
    at("desks.care.agents", _large),
    at("desks.care.patience", _span),
    at("contact.half_life", _span),
    at("failure.per_order", lambda luck: "100 %"),
    at("equity.forgetting", _span),
    at("equity.defection", lambda luck: f"{luck.choice((0, 100))} % per year"),
    at("equity.referral", lambda luck: "100 %"),
    at("referrals.circle", lambda luck: "off"),
    at("crises", lambda luck: {"storm": {"at": _span(luck)}}),
    at("limits.customers", _large),
    at("limits.events", _large),
    option("--replications", _large),
    option("--customers", _large),
    option("--workers", _large),
)


def _listen() -> None:
    """What is ignored here, as in the background of a shell, would be ignored there."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def run(absurd: Absurd, folder: Path, patience: float, engine: str) -> Ended:
    """Run it, and interrupt it where it takes longer than ``patience``."""
    file = folder / "absurd.yaml"
    file.write_text(yaml.safe_dump(absurd.scenario, sort_keys=False), "utf-8")
    words = ["run", file, "--policy", "today", "--engine", engine, "--out", folder / "out", *absurd.options]
    if "--workers" not in absurd.options:
        words += ["--workers", "1"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "equitysim", *map(str, words)], stdout=said, stderr=said, preexec_fn=_listen
        )
        sent: list[float] = []

        def interrupt() -> None:
            sent.append(time.monotonic())
            process.send_signal(signal.SIGINT)

        timer = threading.Timer(patience, interrupt)
        timer.start()
        _, status, took = os.wait4(process.pid, 0)
        ended = time.monotonic()
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words_said = said.read().decode(errors="replace")
    scale = 2**20 if sys.platform == "darwin" else 2**10
    return Ended(process.returncode, ended - sent[0] if sent else None, took.ru_maxrss / scale, words_said)


def main() -> int:
    """Draw, run, count; 1 if any broke a limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--engine", default="compiled")
    asked = parser.parse_args()
    kinds: Counter[str] = Counter()
    luck = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(asked.count):
            absurd = drawn(luck)
            ended = run(absurd, Path(folder), asked.seconds, asked.engine)
            kinds[ended.kind] += 1
            if ended.kind.isupper():
                print(f"{number}: {ended.kind} {ended[:3]}\n{absurd}\n{ended.said[-600:]}\n", flush=True)
    print(", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    return int(any(kind.isupper() for kind in kinds))


if __name__ == "__main__":
    sys.exit(main())
