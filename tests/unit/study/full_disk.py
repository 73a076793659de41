"""A file that has no room."""

import tempfile
from pathlib import Path
from typing import Any

import pytest

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")


def fill(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a file of this name is being written, the disk is full."""
    made = tempfile.mkdtemp

    def full(**where: Any) -> str:
        folder: str = made(**where)
        (Path(folder) / file).symlink_to("/dev/full")
        return folder

    monkeypatch.setattr("equitysim.measures.unfinished.tempfile.mkdtemp", full)
