"""What was asked for on the command line, beyond the file."""

from pathlib import Path
from typing import Literal, NamedTuple


class Layers(NamedTuple):
    """Changes to the scenario: ``--set path=value`` and ``--with FILE``, each in the order given."""

    changes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


class Asked(NamedTuple):
    """The options of ``run``, ``compare`` and ``trace``; None where the default is meant."""

    layers: Layers
    engine: str = "auto"
    seed: int | None = None
    replications: int | Literal["auto"] | None = None
    customers: int | None = None
    workers: int | None = None
    executor: str = "processes"
    out: Path | None = None
    events: bool = False
    also: tuple[str, ...] = ()
    as_json: bool = False
    quiet: bool = False
    strict: bool = False
