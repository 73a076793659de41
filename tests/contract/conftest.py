"""Every contract is held by every engine."""

import pytest

from equitysim.engines.contract import Engine
from tests.contract.worlds import ENGINES


@pytest.fixture(params=sorted(ENGINES))
def simulate(request: pytest.FixtureRequest) -> Engine:
    """An engine."""
    return ENGINES[request.param]
