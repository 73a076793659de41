"""Plant faults in a copy of the package, one at a time, and see the test that guards against each turn red.

    python tools/planted_faults.py [WORD…] [--list]

For every fault that sweeps must survive: what is changed in which file, and which test must then fail. The tests also
run on the copy as it is, where they must pass. WORDs choose the faults whose names hold one of them. Ends with 1 if a
planted fault is not seen.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
SWEEPS = "study/sweeps"
MEND = "tests/unit/study/sweeps/test_mend.py"
STORE = "tests/unit/study/sweeps/test_store.py"
SWEEP = "tests/end_to_end/test_sweep.py"
CUT_OFF = "tests/end_to_end/test_sweep_cut_off.py"
FAULTS = "tests/end_to_end/test_sweep_faults.py"

LONGEST = 1_800.0
"""Seconds after which a test has failed."""


class Planted(NamedTuple):
    """A fault: its name, the file in the package, the text that is replaced, by what, and the test that must fail."""

    name: str
    file: str
    old: str
    new: str
    test: str


PLANTED = (
    Planted(
        "damage: SQLite's own check is skipped",
        f"{SWEEPS}/mend.py",
        'if found != "ok":',
        'if found == "":',
        f"{MEND}::test_a_damaged_index_is_noticed",
    ),
    Planted(
        "damage: rows are not held against their checksums",
        f"{SWEEPS}/mend.py",
        "if row.checksum(signatures[row.key.policy]) != checksum:",
        "if False:",
        f"{MEND}::test_a_changed_row_does_not_pass",
    ),
    Planted(
        "damage: points are not held against their checksums",
        f"{SWEEPS}/mend.py",
        "if checksum_of(number, key, values) != checksum:",
        "if False:",
        f"{MEND}::test_a_changed_description_does_not_pass",
    ),
    Planted(
        "damage: scenarios are not held against their checksums",
        f"{SWEEPS}/mend.py",
        "if checksum_of(*scenario) != checksum:",
        "if False:",
        f"{MEND}::test_no_flipped_bit_that_means_anything_is_taken_for_sound",
    ),
    Planted(
        "damage: the tables' layout is not looked at",
        f"{SWEEPS}/mend.py",
        "if _layout(connection) != _layout_of_fresh():",
        "if False:",
        f"{MEND}::test_no_flipped_bit_that_means_anything_is_taken_for_sound",
    ),
    Planted(
        "damage: a row of the wrong type is an internal fault",
        f"{SWEEPS}/mend.py",
        "KeyError, AttributeError, OverflowError, struct.error)",
        "KeyError)",
        f"{MEND}::test_no_flipped_bit_that_means_anything_is_taken_for_sound",
    ),
    Planted(
        "damage: nothing sound is kept",
        f"{SWEEPS}/mend.py",
        "return row if sound else None",
        "return None",
        f"{MEND}::test_a_truncated_store_is_noticed_and_completed",
    ),
    Planted(
        "damage: unsound rows are kept",
        f"{SWEEPS}/mend.py",
        "return row if sound else None",
        "return row",
        f"{MEND}::test_a_changed_row_does_not_pass",
    ),
    Planted(
        "damage: the head of a damaged store is believed",
        f"{SWEEPS}/mend.py",
        "file.seek(0)\n            file.write(first)",
        "file.seek(0)",
        f"{MEND}::test_a_damaged_page_of_any_kind_changes_no_result",
    ),
    Planted(
        "damage: a journal is left beside the new store",
        f"{SWEEPS}/mend.py",
        "for journal in _journals(path):",
        "for journal in ():",
        f"{MEND}::test_a_journal_of_a_damaged_store_is_not_played_into_the_new_one",
    ),
    Planted(
        "damage: the damaged store goes before the new one is whole",
        f"{SWEEPS}/mend.py",
        "    with drafted(path) as draft:\n",
        "    shutil.copyfile(path, aside)\n    path.write_bytes(b'')\n    with drafted(path) as draft:\n",
        f"{MEND}::test_mending_that_is_cut_off_loses_nothing",
    ),
    Planted(
        "kill -9: nothing is committed before the end",
        f"{SWEEPS}/store.py",
        "if time.monotonic() - self._since >= COMMIT_SECONDS:",
        "if False:",
        f"{SWEEP}::test_an_interrupt_is_resumable_and_says_how",
    ),
    Planted(
        "kill -9: a row is not what was computed",
        f"{SWEEPS}/store.py",
        "if time.monotonic() - self._since >= COMMIT_SECONDS:",
        'self._connection.execute("UPDATE run SET measures = zeroblob(8) WHERE id = 2")\n        if True:',
        f"{CUT_OFF}::test_kill_9_at_any_place_loses_and_doubles_nothing",
    ),
    Planted(
        "kill -9: the digest depends on the order of writing",
        f"{SWEEPS}/store.py",
        '"point, policy, replication")',
        '"id")',
        f"{CUT_OFF}::test_kill_9_at_any_place_loses_and_doubles_nothing",
    ),
    Planted(
        "kill -9: the store is laid out statement by statement",
        f"{SWEEPS}/store.py",
        'f"BEGIN IMMEDIATE; {TABLES} COMMIT;"',
        "TABLES",
        f"{CUT_OFF}::test_kill_9_at_any_place_loses_and_doubles_nothing",
    ),
    Planted(
        "kill -9: drafts stay",
        "study/sweep.py",
        "forget_drafts(folder / name)",
        "pass",
        f"{CUT_OFF}::test_kill_9_at_any_place_loses_and_doubles_nothing",
    ),
    Planted(
        "kill -9: workers outlive their coordinator",
        "study/processes.py",
        "threading.Thread(target=_end_with_the_coordinator, daemon=True).start()",
        "pass",
        f"{SWEEP}::test_workers_of_a_killed_coordinator_end",
    ),
    Planted(
        "interrupt: a description is half written",
        f"{SWEEPS}/store.py",
        'put.execute("ROLLBACK")',
        'put.execute("COMMIT")',
        f"{CUT_OFF}::test_a_description_that_is_cut_off_is_not_half_there",
    ),
    Planted(
        "interrupt: ends with 0",
        "cli/studies.py",
        "return Exit.INTERRUPTED",
        "return Exit.DONE",
        f"{CUT_OFF}::test_an_interrupt_at_any_place_is_130_and_says_how_to_go_on",
    ),
    Planted(
        "interrupt: does not say how to go on",
        "cli/studies.py",
        "; the same command goes on from there",
        "",
        f"{CUT_OFF}::test_an_interrupt_at_any_place_is_130_and_says_how_to_go_on",
    ),
    Planted(
        "interrupt: being told to end is none",
        "cli/terminal.py",
        "signal.signal(signal.SIGTERM, signal.default_int_handler)",
        "pass",
        f"{CUT_OFF}::test_an_interrupt_at_any_place_is_130_and_says_how_to_go_on",
    ),
    Planted(
        "interrupt: a second one changes the exit code",
        "cli/__init__.py",
        "        ignore_further_signals()",
        "        pass",
        f"{FAULTS}::test_workers_end_and_it_stays_resumable_however_often_it_is_interrupted",
    ),
    Planted(
        "disk: what SQLite says is swallowed",
        f"{SWEEPS}/store.py",
        "            raise StoreError(\n",
        "            return\n            raise StoreError(\n",
        f"{SWEEP}::test_a_full_disk_names_path_and_cause_and_keeps_what_was_committed",
    ),
    Planted(
        "disk: what SQLite says is an internal fault",
        f"{SWEEPS}/store.py",
        "        except sqlite3.Error as error:\n            raise StoreError(",
        "        except ZeroDivisionError as error:\n            raise StoreError(",
        f"{SWEEP}::test_a_full_disk_names_path_and_cause_and_keeps_what_was_committed",
    ),
    Planted(
        "disk: a full one at the tables takes the runs with it",
        f"{SWEEPS}/store.py",
        "            if not isinstance(error, StoreError):\n                self.commit()",
        "            if error is None:\n                self.commit()\n            else:\n"
        '                self._connection.execute("DELETE FROM run")',
        f"{FAULTS}::test_a_disk_that_is_full_at_the_tables_keeps_all_runs",
    ),
    Planted(
        "disk: half a table stays",
        "measures/files.py",
        "            draft.unlink(missing_ok=True)",
        "            pass",
        f"{FAULTS}::test_a_disk_that_is_full_at_the_tables_keeps_all_runs",
    ),
    Planted(
        "rights: a store that may only be read is an internal fault",
        f"{SWEEPS}/store.py",
        "        except sqlite3.Error as error:\n            raise StoreError(",
        "        except ZeroDivisionError as error:\n            raise StoreError(",
        f"{SWEEP}::test_without_rights_it_names_path_and_cause",
    ),
    Planted(
        "rights: a folder that may only be read is an internal fault",
        "cli/simulate.py",
        'raise OutputError(f"cannot write to {folder}: {error.strerror or error}") from error',
        "raise",
        f"{FAULTS}::test_a_comparison_names_a_folder_it_may_not_write_to",
    ),
    Planted(
        "coordinators: the lock always succeeds",
        f"{SWEEPS}/lock.py",
        'connection.execute("BEGIN EXCLUSIVE")',
        "pass",
        f"{SWEEP}::test_a_second_coordinator_is_refused_at_once",
    ),
    Planted(
        "coordinators: the second one waits",
        f"{SWEEPS}/lock.py",
        "timeout=0.0",
        "timeout=3.0",
        f"{STORE}::test_only_one_at_a_time",
    ),
    Planted(
        "coordinators: a killed one keeps the lock",
        f"{SWEEPS}/lock.py",
        'connection.execute("BEGIN EXCLUSIVE")',
        'path.with_suffix(".held").open("x").close(); connection.execute("BEGIN EXCLUSIVE")',
        f"{STORE}::test_the_lock_of_a_killed_process_is_free",
    ),
    Planted(
        "workers: what a dead one was at is lost",
        "study/executors.py",
        "                one.future = None\n                one.deaths += 1\n",
        "                one.future = Future()\n                one.future.set_result(())\n",
        f"{FAULTS}::test_a_worker_that_is_killed_costs_nothing_but_time",
    ),
    Planted(
        "workers: poison ends the sweep",
        f"{SWEEPS}/coordinate.py",
        "yield from crew.in_order(perform, several, infirmary)",
        "yield from crew.in_order(perform, several, None)",
        f"{FAULTS}::test_a_point_that_kills_every_worker_ends_with_four_and_the_list",
    ),
    Planted(
        "workers: poison is tried once more",
        f"{SWEEPS}/coordinate.py",
        "return DEATHS if _is_single(task) else DEATHS - 1",
        "return DEATHS + 1 if _is_single(task) else DEATHS - 1",
        "tests/unit/study/sweeps/test_quarantine.py::test_a_point_that_kills_its_worker_is_a_failed_row",
    ),
    Planted(
        "workers: failed runs end with 0",
        "cli/studies.py",
        "Exit.SOME_FAILED if done.failures else Exit.DONE",
        "Exit.DONE",
        f"{FAULTS}::test_a_point_that_kills_every_worker_ends_with_four_and_the_list",
    ),
    Planted(
        "bytes: a table's rows follow the hash seed",
        f"{SWEEPS}/tables.py",
        "for factor, value in zip(study.factors, point.values, strict=True):",
        "for factor, value in {(factor.path, value): (factor, value) for factor, value in "
        "sorted(zip(study.factors, point.values, strict=True), key=lambda one: hash(one[0].path))}.values():",
        f"{FAULTS}::test_another_environment_changes_not_one_byte",
    ),
    Planted(
        "bytes: files have the locale's encoding",
        "measures/files.py",
        'draft.open("w", encoding="utf-8", newline="")',
        'draft.open("w", newline="", errors="replace")',
        f"{FAULTS}::test_another_environment_changes_not_one_byte",
    ),
    Planted(
        "bytes: a result knows the date",
        "study/sweeps/tasks.py",
        "events=result.events,",
        "events=result.events + int(__import__('time').time() / 1e8),",
        f"{FAULTS}::test_another_clock_changes_not_one_byte",
    ),
    Planted(
        "bytes: results follow the number of workers",
        "study/sweeps/tasks.py",
        "events=result.events,",
        "events=result.events + len(__import__('multiprocessing').current_process().name),",
        f"{FAULTS}::test_the_number_of_workers_changes_not_one_byte",
    ),
    Planted(
        "compile cache: a corrupt one is believed",
        "jit.py",
        "return content if hashlib.sha256(content).digest() == whole[:_CHECKSUM] else None",
        "return content",
        "tests/unit/test_jit.py::test_a_damaged_cache_is_compiled_again",
    ),
)


def ends(source: Path, tests: Sequence[str]) -> tuple[int, str]:
    """Exit code of pytest with a package, and the end of what it said."""
    paths = [str(source), str(ROOT), os.environ.get("PYTHONPATH", "")]
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 1, "did not end"
    return done.returncode, "\n".join(done.stdout.splitlines()[-4:])


def seen(fault: Planted, source: Path) -> tuple[bool, str]:
    """Whether the test fails with the fault planted in the package at ``source``, which is left as it was."""
    file = source / "equitysim" / fault.file
    text = file.read_text("utf-8")
    if fault.old not in text:
        return False, f"{fault.file} has no text {fault.old!r}: say anew what is to be planted"
    try:
        file.write_text(text.replace(fault.old, fault.new, 1), "utf-8")
        code, said = ends(source, [fault.test])
    finally:
        file.write_text(text, "utf-8")
    # 1 is pytest's word for tests that failed; others mean that it could not run them
    return code == 1, said


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant the faults one after the other."""
    parser = argparse.ArgumentParser(description="Every check of sweeps, seen red.")
    parser.add_argument("words", nargs="*")
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args(arguments)
    chosen = [one for one in PLANTED if not asked.words or any(word in one.name for word in asked.words)]
    if asked.list:
        print("\n".join(f"{one.name}: {one.test}" for one in chosen))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
        code, said = ends(source, sorted({one.test for one in chosen}))
        if code != 0:
            print(f"not green without a fault:\n{said}")
            return 1
        missed = 0
        for fault in chosen:
            red, said = seen(fault, source)
            missed += not red
            print(f"{'seen' if red else 'MISSED'}: {fault.name}" + ("" if red else f"\n{said}"), flush=True)
    print(f"{len(chosen) - missed} of {len(chosen)} planted faults are seen")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
