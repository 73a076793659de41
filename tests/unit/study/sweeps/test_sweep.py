"""Sweeps in one process: what is run, what is stored, what the digest covers, and what is refused."""

import json
import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from equitysim.errors import Fault, UsageError
from equitysim.scenario.load import load
from equitysim.study import compare
from equitysim.study import sweep as sweep_module
from equitysim.study.analysis.stored import stored
from equitysim.study.engine import provenance, simulate
from equitysim.study.sweep import Sweep, sweep, swept
from equitysim.study.sweeps import coordinate, identity, tasks
from equitysim.study.sweeps.coordinate import Crew, Foresight, InOrder
from equitysim.study.sweeps.reading import load_study
from equitysim.study.sweeps.store import NAME
from equitysim.study.sweeps.tasks import Batch, Outcome
from equitysim.study.watch import NO_WATCH, Watch
from tests.unit.study.sweeps.shop import SHOP, STUDY, SWAPPED, shop_study

POINTS, POLICIES, REPLICATIONS = 6, 3, 2
RUNS = POINTS * POLICIES * REPLICATIONS

Work = Callable[[Batch], tuple[Outcome, ...]]


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Policy and replication of every run that is simulated, in their order."""
    seen: list[tuple[str, int]] = []
    real = simulate

    def noted(engine: str, plan: Any, seed: int, replication: int) -> Any:
        seen.append((plan.policy, replication))
        return real(engine, plan, seed, replication)

    monkeypatch.setattr(tasks, "simulate", noted)
    return seen


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    """The study run at one go."""
    return sweep(shop_study(tmp_path_factory.mktemp("whole")))


def swept_by(in_order: InOrder, path: Path, *, engine: str = "compiled", watch: Watch = NO_WATCH) -> Sweep:
    folder = path.with_suffix("")
    folder.mkdir(exist_ok=True)
    return swept(load_study(path), folder, engine, Crew(in_order, 1), watch)


def stopped_after(batches: int, path: Path, **options: Any) -> None:
    """A sweep that is interrupted after so many batches."""

    def in_order(work: Work, several: Iterable[Batch], _: object) -> Iterator[tuple[Outcome, ...]]:
        for number, batch in enumerate(several):
            if number == batches:
                raise KeyboardInterrupt
            yield work(batch)

    with pytest.raises(KeyboardInterrupt):
        swept_by(in_order, path, **options)


def shuffled(seed: int) -> InOrder:
    def in_order(work: Work, several: Iterable[Batch], _: object) -> Iterator[tuple[Outcome, ...]]:
        batches = list(several)
        random.Random(seed).shuffle(batches)
        return map(work, batches)

    return in_order


def test_every_run_is_a_row(whole: Sweep) -> None:
    runs = whole.frame("runs")
    assert (len(runs), whole.runs, whole.failures) == (RUNS, RUNS, ())
    assert len(runs.drop_duplicates(["point", "policy", "replication"])) == RUNS
    assert set(runs["point"]) == set(range(POINTS))
    assert set(runs["policy"]) == {"today", "recover", "no flyers"}
    assert set(runs["status"]) == {"done"}
    assert set(runs["attempts"]) == {1}


def test_a_point_gives_what_a_comparison_with_the_same_settings_gives(whole: Sweep) -> None:
    points = whole.frame("points")
    at = points[points["point"] == 4].set_index("parameter")["value"]
    settings = {path: at[path] for path in ("failure.per_order", "programs.welcome.gain")}
    scenario = load(Path(whole.study.file).with_name("shop.yaml"), settings=settings)
    compared = compare(scenario, replications=REPLICATIONS)
    values = whole.frame("values")
    here = values[values["point"] == 4]
    runs = whole.frame("runs")
    for outcome in compared.policies:
        mine = here[here["policy"] == outcome.name].sort_values("replication")
        for segment, by_measure in {"all": outcome.values, **outcome.by_segment}.items():
            for name, expected in by_measure.items():
                found = mine[(mine["measure"] == name) & (mine["segment"] == segment)]["value"]
                assert found.tolist() == pytest.approx(expected.tolist(), rel=0.0, abs=0.0, nan_ok=True), name
        own = runs[(runs["point"] == 4) & (runs["policy"] == outcome.name)].sort_values("replication")
        assert own["digest"].tolist() == list(outcome.digests)


def test_points_tell_every_parameter_with_its_role(whole: Sweep) -> None:
    points = whole.frame("points")
    roles = points.groupby("role").size().to_dict()
    assert roles["lever"] == roles["uncertainty"] == POINTS
    assert roles["fixed"] > 50
    fixed = points[points["role"] == "fixed"]
    assert set(fixed["point"]) == {""}
    assert fixed.set_index("parameter")["value"]["segments.others.order.mean"] == "7"
    assert "failure.per_order" not in set(fixed["parameter"])


def test_the_folder_has_the_tables_and_the_resolved_scenario(whole: Sweep) -> None:
    names = {path.name for path in whole.folder.iterdir()}
    assert names == {NAME, "study.lock", "runs.csv", "values.csv", "points.csv", "scenario.resolved.yaml"}
    header, *rows = (whole.folder / "runs.csv").read_text("utf-8").splitlines()
    assert header.startswith("point,policy,replication,status")
    assert len(rows) == RUNS
    assert load(whole.folder / "scenario.resolved.yaml") == whole.study.scenario


def test_parquet_files_of_an_earlier_sweep_do_not_stay_beside_newer_tables(tmp_path: Path) -> None:
    sweep(shop_study(tmp_path), also=["parquet"])
    assert len(list((tmp_path / "study").glob("*.parquet"))) == 3
    sweep(shop_study(tmp_path), replications=3)
    assert list((tmp_path / "study").glob("*.parquet")) == []


def test_the_document(whole: Sweep) -> None:
    document = whole.document()
    assert list(document)[:6] == ["schema_version", "study", "store", "runs", "failed", "digest"]
    assert document["study"]["name"] == "Small study"
    assert (document["runs"], document["failed"]) == (RUNS, 0)
    assert json.loads(json.dumps(document)) == document


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_runs_changes_nothing(whole: Sweep, tmp_path: Path, seed: int) -> None:
    assert swept_by(shuffled(seed), shop_study(tmp_path)).digest == whole.digest


def test_the_digest_notices_another_result(whole: Sweep, tmp_path: Path) -> None:
    assert sweep(shop_study(tmp_path), seed=2).digest != whole.digest


def test_the_engines_have_the_same_digest(tmp_path: Path) -> None:
    path = shop_study(tmp_path, STUDY.replace("grid: 3", "grid: 1"))
    digests = {sweep(path, engine=name, out=tmp_path / name).digest for name in ("compiled", "simpy")}
    assert len(digests) == 1


def test_runs_of_one_engine_are_continued_by_the_other(whole: Sweep, tmp_path: Path) -> None:
    path = shop_study(tmp_path)
    stopped_after(2, path, engine="simpy")
    done = sweep(path, engine="compiled")
    assert done.digest == whole.digest
    assert set(done.frame("runs")["engine"]) == {"simpy", "compiled"}


def test_only_what_is_missing_is_run(whole: Sweep, tmp_path: Path, simulated: list[tuple[str, int]]) -> None:
    path = shop_study(tmp_path)
    stopped_after(2, path)
    before = len(simulated)
    assert 0 < before < RUNS
    assert sweep(path).digest == whole.digest
    assert len(simulated) == RUNS
    assert sweep(path).digest == whole.digest
    assert len(simulated) == RUNS


def test_a_stopped_sweep_is_balanced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coordinate, "LARGEST_BATCH", 1)
    path = shop_study(tmp_path, STUDY.replace("grid: 3", "grid: 8"))
    stopped_after(8, path)
    with sqlite3.connect(path.with_suffix("") / NAME) as store:
        policies = store.execute("SELECT policy, COUNT(*) FROM run GROUP BY policy").fetchall()
        ran = store.execute("SELECT DISTINCT parameters FROM point JOIN run ON run.point = point.key").fetchall()
        replications = store.execute("SELECT DISTINCT replication FROM run").fetchall()
    assert {count for _, count in policies} == {8}
    gains, rates = zip(*(json.loads(values) for (values,) in ran), strict=True)
    assert set(gains) == {"4", "8"}
    assert len(set(rates)) >= 4
    assert replications == [(0,)]


@pytest.mark.parametrize(
    ("small", "large", "new"),
    [
        ("{sobol: 4}", "{sobol: 8}", 4),
        ("{saltelli: 2}", "{saltelli: 4}", 8),
        ("{morris: 2}", "{morris: 4}", 6),
    ],
)
def test_a_design_that_grows_runs_only_its_new_points(
    tmp_path: Path, simulated: list[tuple[str, int]], small: str, large: str, new: int
) -> None:
    study = STUDY.replace("programs.welcome.gain: [4, 8]", "programs.welcome.gain: 4 to 8")
    first = sweep(shop_study(tmp_path / "grown", study.replace("{grid: 3}", small)))
    before = len(simulated)
    grown = sweep(shop_study(tmp_path / "grown", study.replace("{grid: 3}", large)))
    assert grown.runs - first.runs == (len(simulated) - before) <= new * POLICIES * REPLICATIONS
    assert sweep(shop_study(tmp_path / "fresh", study.replace("{grid: 3}", large))).digest == grown.digest
    again = sweep(shop_study(tmp_path / "grown", study.replace("{grid: 3}", small)))
    assert again.digest == first.digest


def test_more_replications_and_policies_run_only_those(
    whole: Sweep, tmp_path: Path, simulated: list[tuple[str, int]]
) -> None:
    some = STUDY + "policies: [recover]\n"
    assert sweep(shop_study(tmp_path, some), replications=1).runs == POINTS * 2
    assert sorted(set(simulated)) == [("recover", 0), ("today", 0)]
    simulated.clear()
    sweep(shop_study(tmp_path, some))
    assert sorted(simulated) == sorted([("today", 1), ("recover", 1)] * POINTS)
    simulated.clear()
    assert sweep(shop_study(tmp_path, STUDY)).digest == whole.digest
    assert sorted(simulated) == sorted([("no flyers", 0), ("no flyers", 1)] * POINTS)


def test_a_policy_added_to_the_scenario_leaves_the_runs_of_the_others(
    tmp_path: Path, simulated: list[tuple[str, int]]
) -> None:
    sweep(shop_study(tmp_path))
    simulated.clear()
    more = SHOP.replace("policies:", "policies:\n  nothing: []").replace("Small shop", "Shop")
    done = sweep(shop_study(tmp_path, shop=more))
    assert set(simulated) == {("nothing", 0), ("nothing", 1)}
    assert len(done.frame("runs")) == RUNS + POINTS * REPLICATIONS


@pytest.mark.parametrize(
    ("study", "shop", "options", "said"),
    [
        (STUDY, SHOP, {"seed": 9}, "the seed was 1, is 9"),
        (STUDY, SHOP, {"customers": 20}, "--customers was the scenario's own number, is 20"),
        (STUDY, SHOP.replace("per_order: 5 %", "severity: 9"), {}, "the scenario was"),
        (STUDY.replace("gain: [4, 8]", "gain: [5, 8]"), SHOP, {}, "3 of its 6 points are not among the 6 of this one"),
        (STUDY.replace("failure.per_order", "failure.cushion"), SHOP, {}, "varies other parameters"),
    ],
)
def test_another_study_is_refused(
    tmp_path: Path, study: str, shop: str, options: dict[str, Any], said: str, simulated: list[tuple[str, int]]
) -> None:
    digest = sweep(shop_study(tmp_path)).digest
    simulated.clear()
    with pytest.raises(UsageError, match=said):
        sweep(shop_study(tmp_path, study, shop=shop), **options)
    assert simulated == []
    assert sweep(shop_study(tmp_path)).digest == digest
    assert simulated == []


@pytest.mark.parametrize(("before", "said"), [("0123abcd", r"other source files \(0123abcd\)"), ("", "does not name")])
def test_a_store_of_other_source_files_of_the_same_version_is_refused_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, simulated: list[tuple[str, int]], before: str, said: str
) -> None:
    """Laws may have changed without the version's number: half of a sweep by each would be neither's."""
    with monkeypatch.context() as then:
        for module in (identity, sweep_module):
            then.setattr(module, "provenance", lambda: provenance()._replace(sources=before))
        digest = sweep(shop_study(tmp_path), replications=1).digest
    store = next(tmp_path.rglob(NAME))
    content = store.read_bytes()
    simulated.clear()
    with pytest.raises(UsageError, match=f"{said}.*begin a new store with --out") as refused:
        sweep(shop_study(tmp_path))
    assert provenance().sources in str(refused.value)
    assert simulated == []
    assert store.read_bytes() == content
    assert stored(store).responses.study.digest == digest


def test_parameters_may_change_their_order_and_their_role(tmp_path: Path, simulated: list[tuple[str, int]]) -> None:
    """Their names and values make a point, wherever they stand."""
    sweep(shop_study(tmp_path))
    said: list[str] = []
    larger = SWAPPED.replace("grid: 3", "grid: 5")
    for number, (study, runs) in enumerate(((SWAPPED, 0), (STUDY, 0), (larger, 4 * POLICIES * REPLICATIONS))):
        simulated.clear()
        done = sweep(shop_study(tmp_path, study), watch=Watch(said=said.append))
        assert len(simulated) == runs
        alone = sweep(shop_study(tmp_path / str(number), study))
        assert done.digest == alone.digest
        assert by_point(done.folder) == by_point(alone.folder)
    assert said == []


def by_point(folder: Path) -> dict[frozenset[tuple[str, str]], list[list[float]]]:
    """Values of a point, by parameter → its runs, as an analysis reads them."""
    found = stored(folder).responses
    points = zip(*([(factor.path, text) for text in factor.texts] for factor in found.factors), strict=True)
    return {frozenset(point): runs.tolist() for point, runs in zip(points, found.runs, strict=True)}


def test_a_latin_hypercube_cannot_grow_but_may_change_before_it_has_runs(tmp_path: Path) -> None:
    study = STUDY.replace("[4, 8]", "4 to 8")
    stopped_after(0, shop_study(tmp_path, study.replace("{grid: 3}", "{latin_hypercube: 4}")))
    done = sweep(shop_study(tmp_path, study.replace("{grid: 3}", "{latin_hypercube: 5}")))
    assert set(done.frame("runs")["point"]) == set(range(5))
    with pytest.raises(UsageError, match="a Latin hypercube cannot"):
        sweep(shop_study(tmp_path, study.replace("{grid: 3}", "{latin_hypercube: 6}")))


TOO_MANY = SHOP + "limits: {customers: 20}\n"

OTHERS = {
    "scenario": (STUDY, SHOP),
    "values": (STUDY.replace("2 % to 8 %", "1 % to 7 %").replace("replications: 2", "replications: 1"), SHOP),
    "parameters": (STUDY.replace("failure.per_order", "failure.cushion"), SHOP),
    "policies": (STUDY + "policies: [recover]\n", SHOP),
}


@pytest.mark.parametrize(("study", "shop"), OTHERS.values(), ids=OTHERS)
def test_failed_runs_of_another_study_are_forgotten(tmp_path: Path, study: str, shop: str) -> None:
    """Nothing compares with them; left where they are, they would be taken for damage."""
    alone = sweep(shop_study(tmp_path / "alone", study, shop=shop))
    assert len(sweep(shop_study(tmp_path, shop=TOO_MANY)).failures) == RUNS
    said: list[str] = []
    for _ in range(2):
        done = sweep(shop_study(tmp_path, study, shop=shop), watch=Watch(said=said.append))
        assert (done.digest, said) == (alone.digest, [])
    assert set(done.frame("runs")["attempts"]) == {1}


def test_a_policy_that_only_failed_may_be_changed(tmp_path: Path, simulated: list[tuple[str, int]]) -> None:
    leads = "{channel: flyers, leads: 5000 per month}"
    crowded = SHOP.replace("recover:   [welcome", f"recover:   [{leads}, welcome") + "limits: {customers: 1000}\n"
    assert {one.policy for one in sweep(shop_study(tmp_path, shop=crowded)).failures} == {"recover"}
    simulated.clear()
    mended, fewer = crowded.replace("5000", "7"), STUDY.replace("replications: 2", "replications: 1")
    said: list[str] = []
    for _ in range(2):
        done = sweep(shop_study(tmp_path, fewer, shop=mended), watch=Watch(said=said.append))
        assert (done.failures, said) == ((), [])
    assert set(simulated) == {("recover", 0)}
    assert done.digest == sweep(shop_study(tmp_path / "alone", fewer, shop=mended)).digest
    with pytest.raises(UsageError, match="holds another study: the scenario was"):
        sweep(shop_study(tmp_path, shop=mended.replace("leads: 7", "leads: 8")))


def test_failed_runs_are_rows_and_not_the_end(tmp_path: Path, simulated: list[tuple[str, int]]) -> None:
    study = STUDY.replace("programs.welcome.gain: [4, 8]", "limits.customers: [20, 1000]")
    done = sweep(shop_study(tmp_path, study))
    assert len(done.failures) == RUNS // 2
    assert {failure.values.split(", ")[0] for failure in done.failures} == {"limits.customers 20"}
    by_policy = {failure.policy: failure.error for failure in done.failures}
    assert "20" in by_policy["today"]
    assert by_policy["recover"].startswith("the baseline, whose seed persons it is divided by, failed")
    runs = done.frame("runs")
    assert runs["status"].value_counts().to_dict() == {"done": RUNS // 2, "failed": RUNS // 2}
    assert set(done.frame("values")["point"]) == set(runs[runs["status"] == "done"]["point"])
    assert done.document()["failed"] == RUNS // 2
    simulated.clear()
    again = sweep(shop_study(tmp_path, study))
    assert set(simulated) == {("today", 0), ("today", 1)}
    assert again.digest == done.digest
    assert set(again.frame("runs").query("status == 'failed'")["attempts"]) == {2}


def test_a_fault_of_ours_is_a_failed_run_and_heals(
    whole: Sweep, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = simulate

    def broken(engine: str, plan: Any, seed: int, replication: int) -> Any:
        if plan.policy == "recover" and replication == 1:
            raise ZeroDivisionError("planted")
        return real(engine, plan, seed, replication)

    path = shop_study(tmp_path)
    with monkeypatch.context() as planted:
        planted.setattr(tasks, "simulate", broken)
        done = sweep(path)
    assert {(failure.policy, failure.replication) for failure in done.failures} == {("recover", 1)}
    assert {failure.error for failure in done.failures} == {"internal fault: ZeroDivisionError: planted"}
    assert done.digest != whole.digest
    assert sweep(path).digest == whole.digest


def test_what_is_foreseen(tmp_path: Path) -> None:
    told: list[Foresight] = []
    expected: list[tuple[float, int, str]] = []
    watch = Watch(foreseen=told.append, expected=lambda *what: expected.append(what))
    path = shop_study(tmp_path)
    stopped_after(1, path, watch=watch)
    sweep(path, watch=watch)
    sweep(path, watch=watch)
    assert [(one.runs, one.stored, one.again) for one in told] == [(RUNS, 0, 0), (RUNS, 3, 0), (RUNS, RUNS, 0)]
    assert [(count, basis) for _, count, basis in expected] == [(1, "the first runs"), (1, "the runs that are stored")]
    assert all(0.0 < seconds < 60.0 for seconds, _, _ in expected)


def test_points_of_a_file(tmp_path: Path) -> None:
    study = (
        "format: 1\nscenario: shop.yaml\nuncertainties: [failure.per_order, failure.severity]\nreplications: 1\n"
        "design: {points: draws.csv}\n"
    )
    path = shop_study(tmp_path, study)
    rows = ["failure.severity,failure.per_order", "20,2 %", "30,4.5 %", "20,2.0 %"]
    (tmp_path / "draws.csv").write_text("\n".join(rows), encoding="utf-8")
    done = sweep(path)
    points = done.frame("points")
    varied = points[points["role"] != "fixed"]
    assert varied["value"].tolist() == ["2 %", "20", "4.5 %", "30"]
    assert len(done.study.positions) == 3
    assert done.runs == 2 * POLICIES


def test_windows_and_units_follow_the_point(tmp_path: Path) -> None:
    study = STUDY.replace("failure.per_order: 2 % to 8 %", "horizon: [300 days, 400 days]")
    values = sweep(shop_study(tmp_path, study), replications=1).frame("values")
    windows = values[values["measure"] == "net_value"].groupby("point")["window_days"].unique()
    assert sorted({float(window[0]) for window in windows}) == [300.0, 400.0]


def test_notes_on_the_study_are_told_before_anything_is_run(tmp_path: Path) -> None:
    """No cost depends on the gain of the welcome, a lever, nor any effect on what making good costs.

    The share of failures is the world's, so nothing is said of it.
    """
    told: list[str] = []

    def warned(faults: Iterable[Fault]) -> None:
        told.extend(f"{fault.severity}: {fault.path}" for fault in faults)

    watch = Watch(warned=warned, progress=lambda done, total: told.append("run"))
    sweep(shop_study(tmp_path), watch=watch)
    assert sorted(told[:2]) == ['note: levers."programs.welcome.gain"', "note: programs.make it good.reward"]
    assert set(told[2:]) == {"run"}
