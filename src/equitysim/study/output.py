"""The folder a study leaves behind: tables as CSV and the resolved scenario."""

import contextlib
import datetime
import gzip
import io
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Protocol

from equitysim.measures import tables
from equitysim.measures.files import cannot_write, remove
from equitysim.measures.files import replacing as replacing
from equitysim.measures.tables import Table
from equitysim.measures.text import harmless
from equitysim.measures.unfinished import unfinished
from equitysim.plan import Plan
from equitysim.result import EVERYONE, Result
from equitysim.statistics.comparison import PolicyRun
from equitysim.statistics.decision import DECISION_TABLES, Decision
from equitysim.statistics.outcome import Context
from equitysim.statistics.sensitivity.analysis import TABLES as ANALYSIS_TABLES
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.varied import Varied

RUN_TABLES = ("runs", "values", "series", "stages")
LOGS = ("ledger", "events")
"""Tables that are written run by run, because they may not fit into memory."""

RESOLVED = "scenario.resolved.yaml"


def write_decision(folder: Path, decision: Decision, resolved: str) -> None:
    """Write a decision's tables and the resolved scenario; remove tables that an earlier one left and this has not.
    ``resolved``: the scenario's text. Raises ``errors.OutputError`` that names path and cause."""
    _write(folder, list(decision.tables), heading(decision.comparison.context) + resolved)
    there = {table.name for table in decision.tables}
    for name in DECISION_TABLES:
        if name not in there:
            remove(folder / f"{name}.csv")


def write_run(folder: Path, run: PolicyRun, resolved: str) -> None:
    """The same for a policy run alone; there is nothing to differ from."""
    _write(folder, [run.table(name) for name in RUN_TABLES], heading(run.context) + resolved)


def write_varied(folder: Path, varied: Varied, resolved: str) -> None:
    """The table ``vary`` and the resolved scenario as it stands, which says in its heading what was varied; the
    tables of each comparison by itself would multiply everything by the number of values."""
    said = f"Varied {varied.key}: {', '.join(setting.setting for setting in varied.settings)}"
    _write(folder, [varied.table()], heading(varied.context) + commented(said) + resolved)


class Piece(Protocol):
    """A part of a table, which may be larger than memory."""

    def write(self, file: IO[str], *, header: bool = True) -> None:
        """As CSV to a text file opened with ``newline=""``; without ``header`` only the rows."""
        ...


def write_study(folder: Path, tables: Mapping[str, Iterable[Piece]], resolved: str) -> None:
    """The same for a study, whose tables come in pieces."""
    for name, pieces in tables.items():
        with replacing(folder / f"{name}.csv") as file:
            for number, piece in enumerate(pieces):
                piece.write(file, header=number == 0)
    with replacing(folder / RESOLVED) as file:
        file.write(resolved)


def write_analysis(folder: Path, analysis: Analysis, resolved: str | None) -> None:
    """Write the tables of an analysis that have rows, and remove those that an earlier one left and this has not.
    ``resolved``: the scenario's text, None where the sweep has written it. Raises ``errors.OutputError``."""
    there = analysis.tables
    for table in there:
        with replacing(folder / f"{table.name}.csv") as file:
            table.write(file)
    for name in set(ANALYSIS_TABLES) - {table.name for table in there}:
        remove(folder / f"{name}.csv")
    if resolved is not None:
        with replacing(folder / RESOLVED) as file:
            file.write(heading(analysis.responses.context) + resolved)


def beside(file: Path) -> Path:
    """The folder beside a file, named after it; of a file without an ending a name that is free."""
    return file.parent / (file.stem if file.suffix else f"{file.name}.out")


def heading(context: Context) -> str:
    """Where the results beside a resolved scenario come from, as YAML comments: the scenario itself stays one that
    can be loaded."""
    scenario, computed = context.scenario, context.provenance
    people = "" if context.customers is None else f", about {context.customers} seed persons"
    lines = (
        f"Resolved from {scenario.file or 'a scenario without a file'}; SHA-256 of its content {scenario.hash}",
        f"Computed by equitysim {computed.equitysim}, engine {context.engine}, seed {context.seed}, "
        f"{context.replications} replications{people}",
        f"Draws {computed.scheme}; Python {computed.python}, NumPy {computed.numpy}, {computed.platform}; "
        f"source files {computed.sources}",
    )
    return commented(*lines)


def commented(*lines: str) -> str:
    """Each as one line of YAML comment, whatever stands in it."""
    return "".join(f"# {harmless(line)}\n" for line in lines)


def _write(folder: Path, written: list[Table], resolved: str) -> None:
    for table in written:
        with replacing(folder / f"{table.name}.csv") as file:
            table.write(file)
    with replacing(folder / RESOLVED) as file:
        file.write(resolved)


Rows = Path | bytes
"""Where the rows of a run are: in a file, or compressed here."""


@dataclass(frozen=True)
class RowScribe:
    """Writes the rows of one run to files of its own in ``folder``; its notes are table → file, or rows.

    Rows go by way of files, not with the results: there are hundreds of megabytes of them where runs are large. On a
    machine that does not see the folder they do go with the results, compressed. Raises ``errors.OutputError`` that
    names ``beside``, where the tables are meant to be, and cause.
    """

    folder: Path
    beside: Path
    start: datetime.date
    wanted: tuple[str, ...]

    @property
    def log(self) -> int | None:
        """Whose events the engine is to log."""
        return EVERYONE if "events" in self.wanted else None

    @property
    def undiscounted(self) -> bool:
        """The ledger tells money as paid beside its present value."""
        return "ledger" in self.wanted

    def __call__(self, result: Result, plan: Plan, undiscounted: Result | None) -> dict[str, Rows]:
        """Write the rows of one run."""
        makers: dict[str, Callable[[], Table]] = {
            "ledger": lambda: tables.ledger(result, undiscounted),
            "events": lambda: tables.events(result, plan, self.start),
        }
        return {name: self._written(name, makers[name]()) for name in self.wanted}

    def _written(self, name: str, table: Table) -> Rows:
        if not self.folder.is_dir():
            return _compressed(table)
        try:
            handle, path = tempfile.mkstemp(dir=self.folder, prefix=f"{name}.", suffix=".csv")
            with open(handle, "w", encoding="utf-8", newline="") as file:
                table.write(file, header=False)
        except OSError as error:
            raise cannot_write(self.beside / f"{name}.csv", error) from error
        return Path(path)


def _compressed(table: Table) -> bytes:
    """Rows as they travel; the lowest level, which is far quicker than writing them."""
    packed = io.BytesIO()
    with gzip.open(packed, "wt", compresslevel=1, encoding="utf-8", newline="") as file:
        table.write(file, header=False)
    return packed.getvalue()


class Recording:
    """Writes ``ledger.csv`` and ``events.csv`` run by run while a study goes on, so that no run has to be kept.

    Pass it as ``record`` to ``run`` or ``compare`` and use it as a context manager: the files appear when the block
    ends well. Whoever runs a run writes its rows; only this one puts them together.
    """

    def __init__(self, folder: Path, start: datetime.date, *, ledger: bool = False, events: bool = False) -> None:
        self._start = start
        self._folder = folder
        self._wanted = tuple(name for name, wanted in (("ledger", ledger), ("events", events)) if wanted)
        self._files: dict[str, IO[str]] = {}
        self._rows = folder
        self._open = contextlib.ExitStack()

    @property
    def scribe(self) -> RowScribe:
        """Who writes the rows of a run."""
        return RowScribe(self._rows, self._folder, self._start, self._wanted)

    def __enter__(self) -> "Recording":
        with contextlib.ExitStack() as opened:
            for name in self._wanted:
                file = opened.enter_context(replacing(self._folder / f"{name}.csv"))
                tables.from_rows(name, ()).write(file)
                self._files[name] = file
            try:
                # on the same disk as the files; a worker of Dask has another working directory
                self._rows = opened.enter_context(unfinished(self._folder)).absolute()
            except OSError as error:
                raise cannot_write(self._folder, error) from error
            self._open = opened.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.__exit__(kind, error, trace)

    def add(self, notes: Mapping[str, Rows]) -> None:
        """Add the rows of the next run, and remove their files."""
        for name, found in notes.items():
            try:
                with _opened(found) as rows:
                    shutil.copyfileobj(rows, self._files[name])
                if isinstance(found, Path):
                    found.unlink()
            except OSError as error:
                raise cannot_write(self._folder / f"{name}.csv", error) from error


def _opened(rows: Rows) -> IO[str]:
    if isinstance(rows, Path):
        return rows.open(encoding="utf-8", newline="")
    return gzip.open(io.BytesIO(rows), "rt", encoding="utf-8", newline="")
