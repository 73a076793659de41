"""Compiled code is loaded as code: only what nobody but its user (and root) can have written is, and all else is
compiled again."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from equitysim import code_cache
from equitysim.code_cache import (
    UnusableError,
    cache_home,
    compiles,
    for_workers,
    forget_parts,
    place,
    private_folder,
    read,
    started_with_code,
    write,
)

KEY = "0" * 20
OTHER = 4242
"""A user who is neither root nor us."""

posix = pytest.mark.skipif(os.name != "posix", reason="owners and rights of POSIX")


@pytest.fixture(autouse=True)
def no_temporary_folder_stays(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(code_cache, "_for_workers", {})
    yield
    for folder in for_workers().values():
        code_cache._remove(Path(folder), os.getpid())


@pytest.fixture
def give_away(monkeypatch: pytest.MonkeyPatch) -> "type[GiveAway]":
    """Makes paths somebody else's. Who is not root cannot do that; then everything else is told to be root's."""
    GiveAway.monkeypatch = monkeypatch
    return GiveAway


class GiveAway:
    monkeypatch: pytest.MonkeyPatch

    def __init__(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.lchown(path, OTHER, OTHER)
            return
        lstat, fstat = os.lstat, os.fstat
        number, own = lstat(path).st_ino, os.geteuid()

        def disguised(found: os.stat_result) -> os.stat_result:
            return os.stat_result((*found[:4], OTHER if found.st_ino == number else found.st_uid, *found[5:]))

        assert own != OTHER
        self.monkeypatch.setattr(os, "lstat", lambda *a, **k: disguised(lstat(*a, **k)))
        self.monkeypatch.setattr(os, "fstat", lambda *a: disguised(fstat(*a)))


@posix
def test_a_folder_is_made_for_its_user_alone_whatever_the_mask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made = private_folder(tmp_path / "a" / "b")
        write(made / "code", b"code")
    finally:
        os.umask(before)
    assert [oct((tmp_path / part).stat().st_mode & 0o777) for part in ("a", "a/b", "a/b/code")] == [
        "0o700",
        "0o700",
        "0o600",
    ]


@posix
@pytest.mark.parametrize("which", ["folder", "parent"])
@pytest.mark.parametrize("right", [0o020, 0o002], ids=["its group", "everybody"])
def test_what_others_can_write_is_not_used(tmp_path: Path, which: str, right: int) -> None:
    folder = tmp_path / "parent" / "folder"
    private_folder(folder)
    open_to_others = folder if which == "folder" else folder.parent
    open_to_others.chmod(0o700 | right)
    with pytest.raises(UnusableError, match=rf"other users can write to .*{which}; .*chmod go-w"):
        private_folder(folder)


@posix
@pytest.mark.parametrize("which", ["folder", "parent"])
def test_what_belongs_to_somebody_else_is_not_used(tmp_path: Path, which: str, give_away: type[GiveAway]) -> None:
    folder = tmp_path / "parent" / "folder"
    private_folder(folder)
    give_away(folder if which == "folder" else folder.parent)
    with pytest.raises(UnusableError, match=f"{which} belongs to another user"):
        private_folder(folder)


@posix
def test_where_only_owners_rename_a_folder_of_ours_is_safe_and_one_of_others_is_not(
    tmp_path: Path, give_away: type[GiveAway]
) -> None:
    """As in /tmp. The last folder itself must not be one of that kind: others could put files there."""
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    assert private_folder(shared / "ours") == shared / "ours"
    with pytest.raises(UnusableError, match="other users can write to"):
        private_folder(shared)
    (shared / "theirs").mkdir(mode=0o700)
    give_away(shared / "theirs")
    with pytest.raises(UnusableError, match="theirs belongs to another user"):
        private_folder(shared / "theirs" / "cache")


@posix
def test_links_are_judged_and_so_is_where_they_lead(tmp_path: Path, give_away: type[GiveAway]) -> None:
    """A link to a good folder is as good; one that leads through a folder of others, or is theirs, is not."""
    private_folder(tmp_path / "good")
    (tmp_path / "link").symlink_to("good")
    assert private_folder(tmp_path / "link" / "cache") == tmp_path / "good" / "cache"
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    (tmp_path / "away").symlink_to(tmp_path / "open")
    with pytest.raises(UnusableError, match=r"other users can write to .*open"):
        private_folder(tmp_path / "away" / "cache")
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(UnusableError, match="too many symbolic links"):
        private_folder(tmp_path / "round")
    give_away(tmp_path / "link")
    with pytest.raises(UnusableError, match="link belongs to another user"):
        private_folder(tmp_path / "link" / "cache")


@posix
def test_a_file_is_read_only_if_it_is_ours_alone(tmp_path: Path, give_away: type[GiveAway]) -> None:
    """Its rights, its kind and its owner are those of the open file: a link or a pipe of that name is none."""
    file = tmp_path / "code"
    write(file, b"code")
    assert read(file) == b"code"
    for right in (0o020, 0o002):
        file.chmod(0o600 | right)
        assert read(file) is None
    file.chmod(0o644)
    assert read(file) == b"code"
    (tmp_path / "link").symlink_to(file)
    assert read(tmp_path / "link") is None
    os.mkfifo(tmp_path / "pipe")
    assert read(tmp_path / "pipe") is None
    assert read(tmp_path / "none") is None
    give_away(file)
    assert read(file) is None


def test_a_written_file_takes_the_place_of_a_link_and_not_of_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "valuable").write_bytes(b"as it was")
    (tmp_path / "code").symlink_to(tmp_path / "valuable")
    write(tmp_path / "code", b"code")
    assert (tmp_path / "valuable").read_bytes() == b"as it was"
    assert read(tmp_path / "code") == b"code"


@posix
def test_what_a_killed_process_left_half_written_goes_and_what_is_being_written_stays(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, old, fresh, other = (
        tmp_path / name
        for name in (
            f"a.nbi.{ended.pid}-00000000.part",
            f"b.nbi.{os.getpid()}-00000000.part",
            f"c.nbi.{os.getpid()}-00000001.part",
            "d.nbi",
        )
    )
    for path in (left, old, fresh, other):
        path.write_bytes(b"")
    os.utime(old, (time.time() - 3600,) * 2)
    forget_parts(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [fresh.name, other.name]


@pytest.mark.parametrize("chosen", ["cache", "./cache", "../cache", "~/cache"])
def test_a_relative_cache_is_refused_with_what_would_be_right(monkeypatch: pytest.MonkeyPatch, chosen: str) -> None:
    monkeypatch.setenv("EQUITYSIM_CACHE", chosen)
    with pytest.raises(UnusableError, match=f"EQUITYSIM_CACHE is '{chosen}'; it must be an absolute path"):
        cache_home()


@posix
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has no XDG folders")
def test_an_empty_cache_is_none_and_a_relative_xdg_folder_is_ignored_as_its_specification_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("EQUITYSIM_CACHE", "")
    monkeypatch.setenv("HOME", "/home/someone")
    for named in ("", "relative"):
        monkeypatch.setenv("XDG_CACHE_HOME", named)
        assert cache_home() == Path("/home/someone/.cache/equitysim")
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert cache_home() == Path("/caches/equitysim")


@posix
@pytest.mark.parametrize(("home", "said"), [("", "HOME is empty"), ("relative", "the home directory is 'relative'")])
def test_a_home_that_is_no_place_is_none(monkeypatch: pytest.MonkeyPatch, home: str, said: str) -> None:
    for name in ("EQUITYSIM_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", home)
    with pytest.raises(UnusableError, match=said):
        cache_home()


@posix
def test_where_the_cache_cannot_be_used_code_is_in_a_private_folder_that_workers_find(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    monkeypatch.setenv("EQUITYSIM_CACHE", str(open_to_all))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    here = place(KEY)
    assert "other users can write" in here.why_not
    assert here.folder is not None
    assert here.folder.parent == here.home
    assert here.folder.stat().st_mode & 0o777 == 0o700
    assert not any(open_to_all.iterdir())
    with started_with_code():
        worker = place(KEY)
    assert (worker.folder, worker.why_not) == (here.folder, "")
    assert os.environ["EQUITYSIM_CACHE"] == str(open_to_all)


@posix
def test_the_private_folder_of_a_killed_process_goes_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left, used = (tmp_path / f"{code_cache.PREFIX}{number}-abc" for number in (ended.pid, os.getpid()))
    for folder in (left, used):
        folder.mkdir(mode=0o700)
        (folder / "code").touch()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("EQUITYSIM_CACHE", "relative")
    assert place(KEY).folder is not None
    assert not left.exists()
    assert used.exists()


@posix
def test_without_any_private_folder_code_is_in_memory_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o777)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("EQUITYSIM_CACHE", str(tmp_path / "cache"))
    assert place(KEY)[:2] == (None, None)


@pytest.mark.parametrize(
    ("value", "compiled"),
    [(None, True), ("", True), ("0", True), ("00", True), ("1", False), ("2", False), ("yes", False)],
)
def test_plain_python_is_asked_for_with_any_number_but_0(
    monkeypatch: pytest.MonkeyPatch, value: str | None, compiled: bool
) -> None:
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    if value is not None:
        monkeypatch.setenv("NUMBA_DISABLE_JIT", value)
    assert compiles() is compiled
