"""What a test needs beside the `test` extra: skipped where it is missing, red where the environment asks for it."""

import os
from typing import NoReturn

import pytest


def missing(needed: str, told: str) -> NoReturn:
    """Skips and says why; fails where the environment variable `needed` is 1, as in the steps of .ci/run.

    The variable CI does not count: there the README's second command runs first, with its extra alone.
    """
    if os.environ.get(needed) == "1":
        pytest.fail(told)
    pytest.skip(told)
