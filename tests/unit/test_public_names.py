"""The package's public names: all there, all fetched on first use, none by accident."""

import subprocess
import sys

import pytest

import equitysim


@pytest.mark.parametrize("name", equitysim.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(equitysim, name) is not None
    assert name in dir(equitysim)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'optimize'"):
        getattr(equitysim, "optimize")  # noqa: B009  # a plain access would fail the type check


def test_importing_does_no_work() -> None:
    code = "import sys; before = set(sys.modules); import equitysim; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [name for name in done.stdout.split() if name.startswith("equitysim")] == ["equitysim"]
