"""One version under development has many source files: their hash says which of them computed a result."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import equitysim
from equitysim.sources import ONLY_SHOWS, sources, sources_of

ROOT = Path(equitysim.__file__).parent


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copied") / "equitysim"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_the_same_files_have_the_same_hash_wherever_they_are(copied: Path) -> None:
    assert sources_of(copied) == sources() == sources_of(ROOT)


@pytest.mark.parametrize(
    "edited",
    ["rules/laws.py", "streams.py", "engines/simpy/people.py", "measures/values.py", "plan.py", "scenario/lower.py"],
)
def test_an_edit_of_what_decides_results_is_another_hash(copied: Path, edited: str) -> None:
    file = copied / edited
    before = file.read_text(encoding="utf-8")
    file.write_text(before + "\n# edited\n", encoding="utf-8")
    try:
        assert sources_of(copied) != sources()
    finally:
        file.write_text(before, encoding="utf-8")


def test_an_edit_of_what_only_shows_results_is_none(copied: Path) -> None:
    for name in ONLY_SHOWS:
        edited = next((copied / name).rglob("*.py")) if (copied / name).is_dir() else copied / name
        edited.write_text(edited.read_text(encoding="utf-8") + "\n# edited\n", encoding="utf-8")
    assert sources_of(copied) == sources()


def test_text_that_moves_from_one_file_to_the_next_is_another_hash(tmp_path: Path) -> None:
    hashes = []
    for first, second in (("ab", "c"), ("a", "bc")):
        (tmp_path / "one.py").write_text(first)
        (tmp_path / "two.py").write_text(second)
        hashes.append(sources_of(tmp_path))
    assert hashes[0] != hashes[1]


def test_a_zip_archive_has_the_hash_of_its_files(tmp_path: Path) -> None:
    archive = tmp_path / "equitysim.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in ROOT.rglob("*.py"):
            packed.write(file, file.relative_to(ROOT.parent).as_posix())
    program = "import equitysim, equitysim.sources as s; print(equitysim.__file__); print(s.sources())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(archive)},
        capture_output=True,
        text=True,
        check=True,
    )
    place, found = done.stdout.split()
    assert place.startswith(str(archive))
    assert found == sources()
