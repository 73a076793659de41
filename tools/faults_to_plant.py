"""The faults that :mod:`planted_faults` plants, and the test that must see each. The word before the colon is the row
of what sweeps must survive: a damaged store, ``kill -9``, an interrupt, a full disk, missing rights, a second
coordinator, workers that die, another environment, a compile cache that is corrupt or cannot be written; and what
studies and names of executors may not say.

It is a list and nothing else, so it is as long as there are faults: :mod:`planted_faults` holds what is done with it.
"""

from typing import NamedTuple

SWEEPS = "study/sweeps"
MEND = "tests/unit/study/sweeps/test_mend.py"
STORE = "tests/unit/study/sweeps/test_store.py"
SWEEP = "tests/end_to_end/test_sweep.py"
CUT_OFF = "tests/end_to_end/test_sweep_cut_off.py"
FAULTS = "tests/end_to_end/test_sweep_faults.py"

OPTIMISE = "tests/end_to_end/test_optimise.py"
OPTIMA = "tests/unit/study/optima/test_optimise.py"
MACHINES = "tests/end_to_end/test_machines.py"
ANYWHERE = "tests/end_to_end/test_anywhere.py"
MACHINE_NAMES = "tests/unit/study/test_machines.py"
ANALYSE = "tests/end_to_end/test_analyse.py"
STORED = "tests/unit/study/analysis/test_stored.py"
CACHE = "tests/end_to_end/test_compile_cache.py"
JIT = "tests/unit/test_jit.py"
SWEPT = "tests/unit/study/sweeps/test_sweep.py"
INVALID = "tests/unit/study/sweeps/test_invalid_studies.py"
FACTORS = "tests/unit/study/sweeps/test_factors.py"
NAMED = "tests/unit/study/test_machines.py"


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
        'self._connection.execute("UPDATE run SET events = events + 1 WHERE id = 2")\n        if True:',
        f"{CUT_OFF}::test_kill_9_at_any_place_loses_and_doubles_nothing[rows]",
    ),
    Planted(
        "kill -9: the digest depends on the order of writing",
        f"{SWEEPS}/store.py",
        '"point, policy, replication")',
        '"id")',
        "tests/unit/study/sweeps/test_sweep.py::test_the_order_of_runs_changes_nothing",
    ),
    Planted(
        "kill -9: the store is laid out statement by statement",
        f"{SWEEPS}/store.py",
        'f"BEGIN IMMEDIATE; {TABLES} COMMIT;"',
        "TABLES",
        f"{CUT_OFF}::test_kill_9_at_any_place_loses_and_doubles_nothing[laying out]",
    ),
    Planted(
        "kill -9: drafts stay",
        "study/sweep.py",
        "forget_drafts(folder / name)",
        "pass",
        f"{CUT_OFF}::test_kill_9_at_any_place_loses_and_doubles_nothing[tables]",
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
        f"{CUT_OFF}::test_an_interrupt_at_any_place_is_130_and_says_how_to_go_on[rows-Ctrl-C]",
    ),
    Planted(
        "interrupt: does not say how to go on",
        "cli/studies.py",
        "; the same command goes on from there",
        "",
        f"{CUT_OFF}::test_an_interrupt_at_any_place_is_130_and_says_how_to_go_on[rows-Ctrl-C]",
    ),
    Planted(
        "interrupt: being told to end is none",
        "cli/terminal.py",
        "signal.signal(signal.SIGTERM, signal.default_int_handler)",
        "pass",
        f"{CUT_OFF}::test_an_interrupt_at_any_place_is_130_and_says_how_to_go_on[rows-told to end]",
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
        '                self._connection.execute("DELETE FROM run")\n                self.commit()',
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
        "                one.future = None\n                one.deaths += died\n",
        "                one.future = Future()\n                one.future.set_result(())\n"
        "                one.deaths += died\n",
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
        '(str(done.folder))}")\n    return Exit.SOME_FAILED if done.failures else Exit.DONE',
        '(str(done.folder))}")\n    return Exit.DONE',
        f"{FAULTS}::test_a_point_that_kills_every_worker_ends_with_four_and_the_list",
    ),
    Planted(
        "bytes: a table's rows follow the hash seed",
        f"{SWEEPS}/tables.py",
        "for point in sorted(set(study.positions), key=lambda point: numbers[point.key]):",
        "for point in sorted(set(study.positions), key=lambda point: hash(point.values)):",
        f"{FAULTS}::test_another_environment_changes_not_one_byte[hash seed]",
    ),
    Planted(
        "bytes: files have the locale's encoding",
        "measures/files.py",
        'draft.open("w", encoding="utf-8", newline="")',
        'draft.open("w", newline="", errors="replace")',
        f"{FAULTS}::test_another_environment_changes_not_one_byte[locale]",
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
        "kill -9: a search misreads what is stored",
        "study/optima/bench.py",
        "                self.rows[key] = row\n",
        "                zeros = bytes(len(row.measures))\n"
        "                late = replication >= self._study.replications\n"
        "                self.rows[key] = row if late else row._replace(measures=zeros)\n",
        f"{OPTIMISE}::test_kill_9_at_three_moments_changes_nothing",
    ),
    Planted(
        "kill -9: a selection misreads what is stored",
        "study/optima/bench.py",
        "                self.rows[key] = row\n",
        "                zeros = bytes(len(row.measures))\n"
        "                late = replication >= self._study.replications\n"
        "                self.rows[key] = row._replace(measures=zeros) if late else row\n",
        f"{OPTIMISE}::test_kill_9_at_three_moments_changes_nothing",
    ),
    Planted(
        "kill -9: a search runs anew what is stored",
        "study/optima/bench.py",
        'if row is not None and row.status == "done":',
        "if False:",
        f"{OPTIMA}::test_resuming_runs_nothing_and_says_the_same",
    ),
    Planted(
        "damage: the points of a search are not described",
        "study/optima/bench.py",
        "self._works.store.number(unit.point for unit in units)",
        "pass",
        f"{OPTIMA}::test_a_damaged_store_keeps_what_is_sound_of_a_search",
    ),
    Planted(
        "kill -9: a search forgets the design of a sweep",
        f"{SWEEPS}/store.py",
        "self._say(document if before is None else before.document)",
        'self._say(document); self._connection.execute("DELETE FROM design")',
        f"{OPTIMA}::test_a_sweep_and_a_search_share_a_store_in_either_order",
    ),
    Planted(
        "kill -9: analyse does not roll back what was never committed",
        "study/analysis/files.py",
        "if error.sqlite_errorcode != sqlite3.SQLITE_READONLY_ROLLBACK:",
        "if True:",
        f"{STORED}::test_what_a_killed_sweep_was_about_to_commit_is_rolled_back",
    ),
    Planted(
        "damage: a search takes up rows of a damaged store",
        f"{SWEEPS}/mend.py",
        "return row if sound else None",
        "return row",
        f"{OPTIMA}::test_a_damaged_store_keeps_what_is_sound_of_a_search",
    ),
    Planted(
        "damage: analyse takes a row that does not fit its checksum",
        "study/analysis/rows.py",
        "if sealed.checksum == checksum else None",
        "if sealed.checksum else None",
        f"{STORED}::test_a_run_that_does_not_fit_its_checksum_is_never_used",
    ),
    Planted(
        "damage: analyse ends at a row of the wrong type",
        "study/analysis/rows.py",
        "except (TypeError, ValueError, AttributeError, struct.error):",
        "except KeyError:",
        f"{STORED}::test_whatever_is_damaged_in_a_row_costs_its_point_only",
    ),
    Planted(
        "damage: analyse takes a point that does not fit its key",
        "study/analysis/rows.py",
        '(key if point_of(paths, values).key == key else b"")',
        "key",
        f"{STORED}::test_a_point_that_does_not_fit_its_key_is_not_used",
    ),
    Planted(
        "damage: analyse takes a row that the index gives for another",
        "study/analysis/rows.py",
        "sound is None or sound[0].key != key or",
        "sound is None or",
        f"{STORED}::test_a_sound_row_that_a_damaged_index_gives_for_another_is_not_used",
    ),
    Planted(
        "interrupt: a search ends with 0",
        "cli/studies.py",
        "return _interrupted(folder)\n    _draw(done)",
        "return Exit.DONE\n    _draw(done)",
        f"{OPTIMISE}::test_an_interrupt_is_resumable_and_says_how",
    ),
    Planted(
        "rights: analyse cannot read a store that it may not write",
        "study/analysis/files.py",
        "        except sqlite3.OperationalError:\n            folder =",
        "        except ZeroDivisionError:\n            folder =",
        f"{ANALYSE}::test_a_store_that_may_not_be_written_is_rolled_back_in_a_copy",
    ),
    Planted(
        "workers: failed runs of a search end with 0",
        "cli/studies.py",
        '{done.folder}")\n    return Exit.SOME_FAILED if done.failures else Exit.DONE',
        '{done.folder}")\n    return Exit.DONE',
        f"{OPTIMISE}::test_failed_runs_end_with_four_and_are_listed",
    ),
    Planted(
        "workers: what kills workers of Dask ends the sweep",
        "study/machines/cluster.py",
        "except KilledWorker as killed:",
        "except ZeroDivisionError as killed:",
        f"{MACHINES}::test_a_point_that_kills_workers_is_a_failed_row",
    ),
    Planted(
        "workers: a death at Dask is counted twice",
        "study/machines/cluster.py",
        "LostError(killed.allowed_failures + 1)",
        "LostError(2 * (killed.allowed_failures + 1))",
        "tests/unit/study/machines/test_team.py::test_what_dask_gives_up_was_lost_with_one_worker_more_than_it_allows",
    ),
    Planted(
        "workers: a result that cannot be fetched at once is lost",
        "study/machines/cluster.py",
        '                    if promise.status == "error":\n                        raise\n',
        "                    raise\n",
        "tests/unit/study/machines/test_team.py::test_a_result_that_could_not_be_fetched_is_fetched_again",
    ),
    Planted(
        "workers: nobody is told that all workers have left",
        "study/machines/roll.py",
        "            if self._deserted:\n",
        "            if False:\n",
        f"{MACHINES}::test_all_workers_leave_which_is_said_and_others_take_over",
    ),
    Planted(
        "workers: a scheduler that dies is an internal fault",
        "study/machines/cluster.py",
        "            except BrokenExecutor as broken:\n",
        "            except ZeroDivisionError as broken:\n",
        f"{MACHINES}::test_a_scheduler_that_dies_ends_it_and_what_was_run_is_kept",
    ),
    Planted(
        "workers: a comparison runs at home whoever is asked for",
        "study/runs.py",
        "machines = machines_for(executor, workers)",
        "machines = machines_for(PROCESSES, workers)",
        f"{ANYWHERE}::test_nothing_is_run_here_where_nobody_is_there",
    ),
    Planted(
        "workers: values of a key run at home whoever is asked for",
        "study/vary.py",
        "engine_named(engine), plans, executor=executor, said=said)",
        "engine_named(engine), plans, said=said)",
        f"{ANYWHERE}::test_nothing_is_run_here_where_nobody_is_there[vary]",
    ),
    Planted(
        "workers: a scheduler that dies is an internal fault of a comparison",
        "study/machines/cluster.py",
        "            except BrokenExecutor as broken:\n",
        "            except ZeroDivisionError as broken:\n",
        f"{ANYWHERE}::test_a_scheduler_that_dies_ends_a_comparison_with_one_and_a_word",
    ),
    Planted(
        "workers: a comparison is said to be kept",
        "study/runs.py",
        "said, stored=False)",
        "said)",
        f"{ANYWHERE}::test_a_scheduler_that_dies_ends_a_comparison_with_one_and_a_word",
    ),
    Planted(
        "workers: a comparison waits for ever for others",
        "study/machines/roll.py",
        "if now - self._left_at >= self._patience:",
        "if False:",
        "tests/unit/study/machines/test_roll.py::test_where_nothing_is_kept_nobody_waits_for_ever_for_others",
    ),
    Planted(
        "workers: rows from machines that do not see the folder are lost",
        "study/output.py",
        "        table.write(file, header=False)\n    return packed.getvalue()",
        "        pass\n    return packed.getvalue()",
        "tests/unit/study/test_output.py::test_rows_travel_with_the_result_where_the_folder_is_not_seen",
    ),
    Planted(
        "workers: one with other sources computes along",
        "study/machines/alike.py",
        "and ours.sources != theirs.sources",
        "and False",
        f"{MACHINES}::test_a_worker_with_other_sources_is_refused_by_name",
    ),
    Planted(
        "workers: one that joins later is not asked for its sources",
        "study/machines/alike.py",
        "        if found:",
        "        if False:",
        f"{MACHINES}::test_one_that_joins_later_and_differs_is_named_and_sent_away",
    ),
    Planted(
        "compile cache: a corrupt one is believed",
        "jit.py",
        "return content if hashlib.sha256(content).digest() == whole[:_CHECKSUM] else None",
        "return content",
        f"{JIT}::test_a_damaged_cache_is_compiled_again",
    ),
    Planted(
        "compile cache: a sweep believes a corrupt one",
        "jit.py",
        "return content if hashlib.sha256(content).digest() == whole[:_CHECKSUM] else None",
        "return content",
        f"{CACHE}::test_with_a_corrupt_compile_cache_a_sweep_still_runs",
    ),
    Planted(
        "compile cache: without a place to write it does not start",
        "jit.py",
        "except (OSError, RuntimeError):",
        "except ZeroDivisionError:",
        f"{JIT}::test_without_a_place_to_write_there_is_no_cache_and_all_still_runs",
    ),
    Planted(
        "compile cache: without a home it does not start",
        "jit.py",
        "except (OSError, RuntimeError):",
        "except ZeroDivisionError:",
        f"{JIT}::test_without_a_home_there_is_no_cache_and_all_still_runs",
    ),
    Planted(
        "compile cache: without a home a sweep does not start",
        "jit.py",
        "except (OSError, RuntimeError):",
        "except ZeroDivisionError:",
        f"{CACHE}::test_with_a_home_that_cannot_be_written_a_sweep_still_runs",
    ),
    Planted(
        "damage: failed runs of another study stay",
        f"{SWEEPS}/store.py",
        'for table in ("run", "design", "point", "study"):',
        'for table in ("design", "point", "study"):',
        f"{SWEPT}::test_failed_runs_of_another_study_are_forgotten",
    ),
    Planted(
        "damage: failed runs of a policy that was mended stay",
        f"{SWEEPS}/store.py",
        "put.executemany(\"DELETE FROM run WHERE policy = ? AND status = 'failed'\", [(name,) for name in others])",
        "pass",
        f"{SWEPT}::test_a_policy_that_only_failed_may_be_changed",
    ),
    Planted(
        "damage: a store of a later version is set aside",
        f"{SWEEPS}/mend.py",
        'if sound.document["format"] > FORMAT:',
        "if False:",
        f"{MEND}::test_a_store_of_a_later_version_is_neither_damaged_nor_another_study",
    ),
    Planted(
        "damage: rows that were tried many times are not looked for",
        f"{SWEEPS}/mend.py",
        "return max(most, min(last, most * MOST_ATTEMPTS))",
        "return most",
        f"{MEND}::test_rows_that_were_tried_many_times_are_kept",
    ),
    Planted(
        "damage: points keep an order of parameters that is gone",
        f"{SWEEPS}/store.py",
        "self._reorder(before.paths)",
        "pass",
        f"{SWEPT}::test_parameters_may_change_their_order_and_their_role",
    ),
    Planted(
        "damage: a search adds points in an order of its own",
        f"{SWEEPS}/store.py",
        "self._paths = before.paths",
        "pass",
        f"{OPTIMA}::test_levers_may_change_their_order_in_a_store_that_is_shared",
    ),
    Planted(
        "damage: analyse believes a scenario that was changed",
        "study/analysis/rows.py",
        "if scenario is not None and checksum_of(*scenario[:2]) != scenario[2]:",
        "if False:",
        f"{STORED}::test_a_store_that_cannot_say_what_it_holds_is_refused",
    ),
    Planted(
        "damage: what SQLite cannot say as text is an internal fault",
        "study/analysis/files.py",
        "except UnicodeDecodeError as error:",
        "except ZeroDivisionError as error:",
        f"{STORED}::test_what_sqlite_cannot_say_as_text_is_damage_too",
    ),
    Planted(
        "damage: analyse believes another scenario",
        "study/analysis/stored.py",
        'if scenario.hash != said.document["scenario"] and same_version:',
        "if False:",
        f"{STORED}::test_a_scenario_that_is_another_than_the_study_says_is_refused",
    ),
    Planted(
        "damage: Parquet files of an earlier sweep stay",
        "study/sweep.py",
        'remove(folder / f"{short}.parquet")',
        "pass",
        f"{SWEPT}::test_parquet_files_of_an_earlier_sweep_do_not_stay_beside_newer_tables",
    ),
    Planted(
        "damage: mending forgets policies that are left out for now",
        f"{SWEEPS}/mend.py",
        "signatures, paths = {**said.signatures, **identity.signatures}, said.paths",
        "paths = said.paths",
        f"{MEND}::test_mending_for_a_study_that_was_changed_keeps_what_the_first_one_had",
    ),
    Planted(
        "damage: mending reads points in the order of another study",
        f"{SWEEPS}/mend.py",
        "_sound_points(damaged, paths)",
        "_sound_points(damaged, identity.paths)",
        f"{MEND}::test_mending_for_a_study_that_was_changed_keeps_what_the_first_one_had",
    ),
    Planted(
        "studies: replications that were never begun take memory",
        "study/analysis/rows.py",
        "return 0 if last is None else int(last) + 1",
        'return int(said.document["replications"])',
        f"{STORED}::test_replications_that_were_never_begun_take_no_memory",
    ),
    Planted(
        "studies: what a scenario holds uncertain may be varied",
        f"{SWEEPS}/reading.py",
        "if found.place[0] in OF_NO_POINT:",
        "if False:",
        f"{INVALID}::test_every_fault_is_found_at_its_place_and_no_other[of-no-point]",
    ),
    Planted(
        "studies: what is asked may be varied",
        f"{SWEEPS}/reading.py",
        "if found.place[0] in ASKED:",
        "if False:",
        f"{INVALID}::test_every_fault_is_found_at_its_place_and_no_other",
    ),
    Planted(
        "studies: a spread of nothing is taken",
        "scenario/quantities.py",
        "ABOUT_A_MEAN = _share(low=1e-6)",
        "ABOUT_A_MEAN = _share(low=0.0)",
        f"{FACTORS}::test_a_spread_that_nine_digits_cannot_show_is_refused",
    ),
    Planted(
        "studies: a file of points has as many values as it likes",
        f"{SWEEPS}/points.py",
        "elif len(points) * len(factors) > MOST_VALUES:",
        "elif False:",
        f"{INVALID}::test_a_file_of_points_has_no_more_values_than_a_design",
    ),
    Planted(
        "studies: faults of a file of points are collected without end",
        f"{SWEEPS}/points.py",
        "elif len(found) < MOST_FAULTS:",
        "else:",
        f"{INVALID}::test_a_file_of_points_takes_no_more_memory_than_its_points",
    ),
    Planted(
        "studies: a cell reaches the terminal as it is",
        f"{SWEEPS}/points.py",
        "{visible(shortened(value))}",
        "{value}",
        f"{INVALID}::test_a_cell_cannot_disturb_a_terminal",
    ),
    Planted(
        "executor: only Dask has addresses, and nobody says so",
        "study/machines/named.py",
        "if kind is None or (colon and kind is not Kind.DASK):",
        "if kind is None:",
        f"{NAMED}::test_an_unknown_executor_is_told_which_there_are",
    ),
    Planted(
        "executor: an address that is missing is none",
        "study/machines/named.py",
        "if colon and not address.strip():",
        "if False:",
        f"{NAMED}::test_an_address_that_is_missing",
    ),
    Planted(
        "executor: an extra that is missing is a traceback later",
        "study/machines/named.py",
        "if needed is not None and find_spec(needed) is None:",
        "if False:",
        f"{NAMED}::test_a_missing_extra_is_told_with_what_installs_it",
    ),
    Planted(
        "executor: a number of workers is taken where others say it",
        "study/machines/named.py",
        "if machines.sized and workers is not None and workers > 1:",
        "if False:",
        f"{NAMED}::test_a_number_of_workers_is_refused_where_others_say_how_many_there_are",
    ),
)
