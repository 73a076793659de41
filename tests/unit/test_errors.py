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
