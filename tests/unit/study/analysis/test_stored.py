"""What is read of a store: every run that is sound, no other, and what was left out is told."""

import contextlib
import json
import os
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from equitysim.errors import MixedWarning, UsageError
from equitysim.scenario.explain import shown
from equitysim.statistics.sensitivity.responses import is_factorial
from equitysim.study.analyse import analyse
from equitysim.study.analysis.files import StoredError
from equitysim.study.analysis.stored import stored
from equitysim.study.engine import provenance
from equitysim.study.sweep import Sweep, sweep
from equitysim.study.sweeps.records import Origin
from equitysim.study.sweeps.store import PAGE, checksum_of, connected
from tests.unit.study.sweeps.shop import SHOP, STUDY, shop_study

POLICIES = ("today", "recover", "no flyers")


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """The small study: 3 × 2 points, 3 policies, 2 replications."""
    return sweep(shop_study(tmp_path_factory.mktemp("swept")))


@pytest.fixture
def store(swept: Sweep, tmp_path: Path) -> Path:
    """A copy of its store, to be spoilt."""
    return Path(shutil.copy(swept.store, tmp_path / "study.sqlite"))


def changed(store: Path, query: str, values: Sequence[object] = ()) -> None:
    with contextlib.closing(sqlite3.connect(store)) as connection, connection:
        assert connection.execute(query, values).rowcount > 0


def left_out(store: Path) -> str:
    return "; ".join(f"{one.what}: {one.why}" for one in stored(store).responses.left_out)


def test_values_are_those_of_the_table(swept: Sweep) -> None:
    found = stored(swept.folder).responses
    frame = swept.frame("values")
    rows = frame[(frame["measure"] == "net_value") & (frame["segment"] == "all")]
    by_key = rows.set_index(["point", "replication", "policy"])["value"]
    assert found.runs.shape == (6, 2, 3)
    for place, number in enumerate(found.numbers):
        for replication in range(2):
            for column, policy in enumerate(found.policies):
                assert found.runs[place, replication, column] == by_key[number, replication, policy]
    assert found.left_out == ()


def test_it_says_of_the_study_what_the_sweep_said(swept: Sweep) -> None:
    kept = stored(swept.store)
    found, study = kept.responses, swept.study
    assert found.study == (study.name, study.file, study.hash, swept.digest)
    assert (found.policies, found.baseline, found.design) == (POLICIES, "today", "grid")
    context = found.context
    assert (context.measure, context.replications, context.seed, context.engine) == ("net_value", 2, 1, "compiled")
    assert (context.scenario.name, context.scenario.hash) == ("Small shop", study.scenario.hash)
    assert context.scenario.file == study.scenario.file
    assert (context.horizon_days, context.ltv_window_days, context.segments) == (365.0, 182.5, ("regulars", "others"))
    assert context.provenance == swept.provenance
    assert kept.scenario == study.scenario
    assert "segments:" in kept.resolved


def test_factors_have_their_roles_units_and_levels(swept: Sweep) -> None:
    gain, failure = stored(swept.folder).responses.factors
    assert (gain.path, gain.role, gain.unit, gain.levels) == ("programs.welcome.gain", "lever", "points", ("4", "8"))
    assert (failure.role, failure.unit, failure.levels) == ("uncertainty", "%", ("2 %", "5 %", "8 %"))
    assert is_factorial(stored(swept.folder).responses)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a program whose name is longer than what a message shows of any name", id="long"),
        pytest.param("v1.5: welcome", id="dots"),
        pytest.param('"welcome"', id="quotes"),
    ],
)
def test_a_parameter_of_any_name_is_a_number(tmp_path: Path, name: str) -> None:
    """A message cuts and quotes names; a path that was cut would no longer name the parameter in the store."""
    key = json.dumps(name)
    shop = SHOP.replace("  welcome:   ", f"  {key}:").replace("[welcome", f"[{key}")
    study = STUDY.replace("programs.welcome.gain: [4, 8]", f"{json.dumps(f'programs.{name}.gain')}: 4 to 8")
    study = study.replace("{grid: 3}", "{one_at_a_time: 3}")
    found = stored(sweep(shop_study(tmp_path, study, shop=shop)).folder).responses
    lever = next(factor for factor in found.factors if factor.role == "lever")
    assert (lever.path, lever.unit, lever.ordered) == (f"programs.{name}.gain", "points", True)


def test_money_is_in_the_currency_of_the_scenario(tmp_path: Path) -> None:
    study = STUDY.replace("programs.welcome.gain: [4, 8]", "programs.make it good.reward.value: 2 to 8")
    study = study.replace("failure.per_order: 2 % to 8 %", "channels.flyers.cost: [2, 4]")
    units = {factor.path: factor.unit for factor in stored(sweep(shop_study(tmp_path, study)).folder).responses.factors}
    assert units == {"programs.make it good.reward.value": "EUR", "channels.flyers.cost": "EUR per lead"}


def test_values_have_the_origin_that_the_scenario_gave_them(swept: Sweep) -> None:
    """Written out, every value is given; the remarks beside them say which are defaults."""
    assumed = {value.path: value.origin for value in stored(swept.folder).assumed}
    assert assumed == {value.path: value.origin for value in shown(swept.study.scenario)}
    assert set(assumed.values()) >= {"given", "judgement", "derived"}


def test_positions_lead_through_the_design(tmp_path: Path) -> None:
    """Of a design in which a point stands twice."""
    study = shop_study(tmp_path, STUDY.replace("{grid: 3}", "{one_at_a_time: 2}").replace("[4, 8]", "[8, 4]"))
    done = sweep(study)
    found = stored(done.folder).responses
    gain = found.factor("programs.welcome.gain").texts
    assert len(found.positions) == 5
    assert [gain[place] for place in found.positions] == [point.values[0] for point in done.study.positions]
    assert len(set(found.positions)) == len(found.numbers) == 4


def test_a_point_that_a_file_names_twice_counts_once_and_that_is_told(tmp_path: Path) -> None:
    """As of draws with replacement: their weight would be in the repetitions."""
    text = STUDY.replace("failure.per_order: 2 % to 8 %", "- failure.per_order")
    text = text.replace("programs.welcome.gain: [4, 8]", "- programs.welcome.gain").replace(
        "{grid: 3}", "{points: draws.csv}"
    )
    (tmp_path / "draws.csv").write_text(
        "failure.per_order,programs.welcome.gain\n2 %,4\n8 %,8\n2 %,4\n2 %,4\n", "utf-8"
    )
    done = sweep(shop_study(tmp_path, text.replace("replications: 2", "replications: 1")))
    found = stored(done.folder).responses
    assert len(found.runs) == 2
    assert [one.what for one in found.left_out] == ["the weight of 2 of 4 places in the design"]


def test_another_measure_is_analysed_in_its_own_unit(swept: Sweep) -> None:
    found = stored(swept.folder, "spend").responses
    assert (found.context.measure, found.better, found.context.matters) == ("spend", -1, 0.0)
    assert not np.array_equal(found.runs, stored(swept.folder).responses.runs)


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("net_vlaue", "did you mean 'net_value'"),
        ("roi", "the baseline itself has none"),
        ("zzz", "there are net_value, net_value_total"),
    ],
)
def test_a_measure_that_policies_do_not_have_is_a_usage_error(swept: Sweep, measure: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        stored(swept.folder, measure)


def test_a_measure_undefined_everywhere_is_told(swept: Sweep) -> None:
    with pytest.raises(StoredError, match="desk_wait_mean is undefined there in some replication under today, recover"):
        stored(swept.folder, "desk_wait_mean")


def test_points_at_which_a_measure_is_undefined_are_left_out(tmp_path: Path) -> None:
    done = sweep(shop_study(tmp_path, STUDY.replace("2 % to 8 %", "[0 %, 8 %]")))
    found = stored(done.folder, "recovered_share").responses
    assert set(found.factor("failure.per_order").texts) == {"8 %"}
    assert found.left_out[0].what == "2 of 4 points"
    assert "recovered_share is undefined there" in found.left_out[0].why
    assert -1 in found.positions


def test_points_at_which_a_run_failed_are_left_out(tmp_path: Path) -> None:
    study = shop_study(tmp_path, STUDY.replace("programs.welcome.gain: [4, 8]", "limits.customers: [20, 1000]"))
    found = stored(sweep(study).folder).responses
    assert set(found.factor("limits.customers").texts) == {"1000"}
    assert found.context.replications == 2
    what, why = found.left_out[0]
    assert what == "3 of 6 points"
    assert "limits.customers 20" in why
    assert "policy today, replication 0" in why
    assert "and 15 more" in why


def test_a_last_replication_that_is_not_whole_is_left_out(store: Path) -> None:
    changed(store, "DELETE FROM run WHERE replication = 1 AND policy = 'recover' AND id > 25")
    found = stored(store).responses
    assert (found.runs.shape, found.context.replications) == ((6, 1, 3), 1)
    assert found.left_out[0].what == "1 of 2 replications"
    assert "of 36 runs are stored" in found.left_out[0].why


def test_replications_that_were_never_begun_take_no_memory(store: Path) -> None:
    """A study may ask for a billion of them, and be stopped whenever it is enough."""
    with contextlib.closing(sqlite3.connect(store)) as connection, connection:
        (text,) = connection.execute("SELECT document FROM study").fetchone()
        larger = text.replace('"replications":2', '"replications":999999999')
        connection.execute("UPDATE study SET document = ?, checksum = ?", (larger, checksum_of(larger)))
    found = stored(store).responses
    assert found.runs.shape == (6, 2, 3)
    assert found.left_out[0].what == "999,999,997 of 999,999,999 replications"
    assert "36 of 17,999,999,982 runs are stored" in found.left_out[0].why


def test_points_that_not_every_policy_was_run_at_are_left_out(store: Path) -> None:
    changed(store, "DELETE FROM run WHERE replication = 1 OR policy = 'no flyers' AND id > 10")
    found = stored(store).responses
    assert found.runs.shape[1] == 1
    assert 0 < len(found.numbers) < 6
    assert f"{6 - len(found.numbers)} of 6 points" in left_out(store)


def test_nothing_whole_is_told(store: Path) -> None:
    changed(store, "DELETE FROM run WHERE policy = 'recover'")
    with pytest.raises(StoredError, match="no point that was run under every policy"):
        stored(store)


def test_a_run_that_does_not_fit_its_checksum_is_never_used(swept: Sweep, store: Path) -> None:
    """Neither it nor its point; the other replications stay."""
    changed(store, "UPDATE run SET measures = randomblob(length(measures)) WHERE id = 30")
    found = stored(store).responses
    assert found.runs.shape == (5, 2, 3)
    assert "1 run does not fit the checksum: damaged" in left_out(store)
    assert "1 of 6 points: a run there is damaged" in left_out(store)
    whole = stored(swept.folder).responses
    assert np.array_equal(found.runs, whole.runs[[whole.numbers.index(number) for number in found.numbers]])
    assert found.study.digest != swept.digest


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE run SET seconds = seconds + 1 WHERE id = 30",
        "UPDATE run SET error = CAST(x'fffe' AS TEXT) WHERE id = 30",
        "UPDATE run SET checksum = NULL WHERE id = 30",
        "UPDATE run SET origin = x'00' WHERE id = 30",
        "UPDATE run SET events = 'many' WHERE id = 30",
        "UPDATE run SET measures = 'text' WHERE id = 30",
    ],
)
def test_whatever_is_damaged_in_a_row_costs_its_point_only(store: Path, damage: str) -> None:
    changed(store, damage)
    assert stored(store).responses.runs.shape == (5, 2, 3)
    assert "1 run does not fit" in left_out(store)


def test_a_row_of_another_policy_does_not_pass_for_this_one(store: Path) -> None:
    here = "point = (SELECT key FROM point WHERE number = 3)"
    for before, after in (("recover", "x"), ("no flyers", "recover"), ("x", "no flyers")):
        changed(store, f"UPDATE run SET policy = '{after}' WHERE policy = '{before}' AND {here}")
    assert 3 not in stored(store).responses.numbers
    assert "4 runs do not fit the checksum" in left_out(store)


def test_a_sound_row_that_a_damaged_index_gives_for_another_is_not_used(store: Path) -> None:
    with contextlib.closing(sqlite3.connect(store)) as opened:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_run_1'"
        page = opened.execute(query).fetchone()[0]
        one, other = (bytes(key) for (key,) in opened.execute("SELECT key FROM point ORDER BY number LIMIT 2"))
    content = store.read_bytes()
    before, index, after = (
        content[: (page - 1) * PAGE],
        content[(page - 1) * PAGE : page * PAGE],
        content[page * PAGE :],
    )
    assert one in index
    store.write_bytes(before + index.replace(one, other, 1) + after)
    assert "1 run does not fit" in left_out(store)


def test_a_point_that_does_not_fit_its_key_is_not_used(store: Path) -> None:
    changed(store, 'UPDATE point SET parameters = \'["4", "3 %"]\' WHERE number = 0')
    found = stored(store).responses
    assert len(found.numbers) == 5
    assert "they do not fit their keys" in left_out(store)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("UPDATE study SET document = replace(document, 'Small study', 'Small studi')", "does not fit its checksum"),
        ("UPDATE study SET checksum = NULL", "does not fit its checksum"),
        ("UPDATE scenario SET resolved = replace(resolved, '8 ', '9 ')", "scenario does not fit its checksum"),
        ("UPDATE scenario SET resolved = 'a text'", "scenario does not fit its checksum"),
        ("UPDATE scenario SET resolved = '{'", "is damaged"),
        ("DELETE FROM scenario", "does not hold its scenario"),
        ("DELETE FROM study", "holds no study"),
    ],
)
def test_a_store_that_cannot_say_what_it_holds_is_refused(store: Path, damage: str, said: str) -> None:
    changed(store, damage)
    with pytest.raises(StoredError, match=said):
        stored(store)


def test_a_scenario_that_is_another_than_the_study_says_is_refused(store: Path) -> None:
    with contextlib.closing(sqlite3.connect(store)) as connection, connection:
        name, text, _ = connection.execute("SELECT * FROM scenario").fetchone()
        other = name, text.replace("gain: 8", "gain: 9")
        connection.execute("UPDATE scenario SET resolved = ?, checksum = ?", (other[1], checksum_of(*other)))
    with pytest.raises(StoredError, match="does not fit its hash"):
        stored(store)


def test_what_sqlite_cannot_say_as_text_is_damage_too(store: Path) -> None:
    """It quotes what it stumbles over."""
    content = store.read_bytes()
    assert b"PRIMARY KEY, document" in content
    store.write_bytes(content.replace(b"PRIMARY KEY, document", b"PRIMARY KE\xed, document"))
    with pytest.raises(StoredError, match="what SQLite says of it is no text"):
        stored(store)


def test_a_store_of_a_later_version_is_refused(store: Path) -> None:
    with contextlib.closing(sqlite3.connect(store)) as connection, connection:
        document = json.loads(connection.execute("SELECT document FROM study").fetchone()[0])
        text = json.dumps({**document, "format": 99})
        connection.execute("UPDATE study SET document = ?, checksum = ?", (text, checksum_of(text)))
    with pytest.raises(StoredError, match="newer version"):
        stored(store)


def test_a_store_of_before_levels_were_stated_is_read(store: Path) -> None:
    with contextlib.closing(sqlite3.connect(store)) as connection, connection:
        document = json.loads(connection.execute("SELECT document FROM study").fetchone()[0])
        for factor in document["factors"]:
            factor.pop("levels", None)
            factor.pop("ends", None)
        document.pop("scenario_file")
        text = json.dumps(document)
        connection.execute("UPDATE study SET document = ?, checksum = ?", (text, checksum_of(text)))
    found = stored(store).responses
    assert [factor.levels for factor in found.factors] == [("4", "8"), ("2 %", "5 %", "8 %")]
    assert found.context.scenario.file == ""


def test_a_torn_file_is_told_as_damaged(store: Path) -> None:
    store.write_bytes(store.read_bytes()[:-8192])
    with pytest.raises(StoredError, match=r"is damaged .* the same sweep again"):
        stored(store)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("study.sqlite", b"", "is empty"),
        ("study.sqlite", b"policy,replication\n", "is not the store of a sweep"),
    ],
)
def test_what_is_no_store_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StoredError, match=said):
        stored(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names are POSIX's")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "study.sqlite")
    with pytest.raises(StoredError, match="is no file"):
        stored(tmp_path)


def test_another_database_is_refused(tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(tmp_path / "study.sqlite")) as connection, connection:
        connection.execute("CREATE TABLE friends (name)")
    with pytest.raises(StoredError, match="no such table"):
        stored(tmp_path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere", "there is no .*nowhere"),
        (".", "there is no study.sqlite in"),
        ("study.yaml", "it was swept: try equitysim analyse"),
        ("shop.yaml", "equitysim sweep STUDY makes one"),
    ],
)
def test_where_there_is_no_store_it_says_what_to_name(swept: Sweep, name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        stored(swept.folder.parent / name)


def test_nothing_is_written(store: Path) -> None:
    before = store.read_bytes()
    stored(store)
    assert [path.name for path in store.parent.iterdir()] == ["study.sqlite"]
    assert store.read_bytes() == before


def test_while_a_sweep_writes_what_it_has_committed_is_read(store: Path) -> None:
    with contextlib.closing(connected(store)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM run WHERE replication = 1")
        assert stored(store).responses.context.replications == 2
        writer.execute("COMMIT")
    assert stored(store).responses.context.replications == 1


def test_what_a_killed_sweep_was_about_to_commit_is_rolled_back(store: Path, tmp_path: Path) -> None:
    """A hot journal: part of a transaction is in the file already."""
    killed = tmp_path / "killed"
    killed.mkdir()
    with contextlib.closing(connected(store)) as writer:
        writer.execute("PRAGMA cache_size = 2")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE run SET measures = randomblob(40000)")
        for name in ("study.sqlite", "study.sqlite-journal"):
            shutil.copy(store.with_name(name), killed / name)
        writer.execute("ROLLBACK")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        sqlite3.connect(f"file:{killed / 'study.sqlite'}?mode=ro", uri=True).execute("SELECT COUNT(*) FROM run")
    assert np.array_equal(stored(killed).responses.runs, stored(store).responses.runs)
    assert stored(killed).responses.left_out == ()


def test_runs_of_different_source_files_are_analysed_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swept: Sweep
) -> None:
    """A sweep refuses to mix them; a store of before that was the rule may have them."""
    with monkeypatch.context() as then:
        then.setattr("equitysim.study.sweep.provenance", lambda: provenance()._replace(sources="0123abcd"))
        half = sweep(shop_study(tmp_path), replications=1)
    assert stored(half.store).mixed == ""
    assert sweep(shop_study(tmp_path)).digest == swept.digest
    said = stored(half.store).mixed
    assert "0123abcd" in said
    assert provenance().sources in said
    with pytest.warns(MixedWarning, match="may not compare"):
        analyse(half.store)


def test_the_origin_of_a_store_of_before_names_no_source_files(store: Path) -> None:
    """It is read all the same."""
    with contextlib.closing(sqlite3.connect(store)) as connection, connection:
        (text,) = connection.execute("SELECT document FROM origin").fetchone()
    before = {name: value for name, value in json.loads(text).items() if name != "sources"}
    assert Origin(**before).sources == ""
