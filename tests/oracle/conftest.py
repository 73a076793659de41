"""The reductions, once per engine."""

from typing import cast

import pytest

from tests.oracle.reductions import ENGINES


@pytest.fixture(params=ENGINES, scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """Name of an engine."""
    return cast(str, request.param)
