"""Errors come back from another process as they were."""

import pickle

import pytest

from equitysim import errors
from equitysim.errors import EquitySimError, Fault, ScenarioError

FAULTS = (Fault("a.yaml", 1, 2, "horizon", "is wrong", "30 days"), Fault("a.yaml", 3, 1, "start", "is late"))
KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, EquitySimError)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_survives_pickling(kind: type[EquitySimError]) -> None:
    error = ScenarioError(FAULTS) if kind is ScenarioError else kind("what is wrong, where")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert (str(again), again.args, again.exit_code) == (str(error), error.args, error.exit_code)
    assert vars(again) == vars(error)


def test_there_are_errors_of_each_kind() -> None:
    assert {"ScenarioError", "CapError", "WorkerError"} <= {kind.__name__ for kind in KINDS}


def test_what_files_hold_makes_no_error_long() -> None:
    """2 000 characters and the words that say what is left out; the end of a text is kept, where the advice stands."""
    long = "x" * 480_000
    fault = Fault(long, 1, 1, long, long, "what would be right")
    for text in (str(EquitySimError(f"{long} what would be right")), str(fault)):
        assert len(text) < 2_100
        assert "characters left out" in text
        assert text.rstrip(")").endswith("what would be right")
    many = str(ScenarioError((fault,) * 10_000))
    assert len(many.splitlines()) == errors.MOST_FAULTS + 1
    assert many.splitlines()[-1] == f"… and {10_000 - errors.MOST_FAULTS} more"
