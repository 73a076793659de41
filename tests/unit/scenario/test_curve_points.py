"""One point of a curve whose default has two: the other one stays as it is, however it is written."""

from pathlib import Path

import pytest

from equitysim.scenario.load import check, load
from equitysim.scenario.schema import Scenario


def points(scenario: Scenario, curve: str) -> dict[str, str]:
    return dict(getattr(scenario.equity, curve).points_written())


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("curve", "point", "whole"),
    [
        ("choice", {"at_100": "90 %"}, {"at_0": "45 %", "at_100": "90 %"}),
        ("choice", {"at_0": "30 %"}, {"at_0": "30 %", "at_100": "85 %"}),
        ("referral", {"at_100": "5 %"}, {"at_0": "0.1 %", "at_100": "5 %"}),
        ("defection", {"at_0": "30 % per year"}, {"at_0": "30 % per year", "at_100": "8 % per year"}),
    ],
)
def test_the_other_point_is_the_defaults(
    tmp_path: Path, curve: str, point: dict[str, str], whole: dict[str, str]
) -> None:
    ((name, value),) = point.items()
    in_file = load(written(tmp_path, f"equity: {{{curve}: {{{name}: {value}}}}}\n"))
    set_ = load(written(tmp_path, "format: 1\n"), settings={f"equity.{curve}.{name}": value})
    both = load(written(tmp_path, f"equity: {{{curve}: {whole}}}\n".replace("'", "")))
    assert points(in_file, curve) == points(set_, curve) == whole
    assert in_file == set_ == both


def test_a_plain_value_is_a_curve_with_the_same_at_both_ends(tmp_path: Path) -> None:
    path = written(tmp_path, "equity: {choice: 40 %}\n")
    assert points(load(path, settings={"equity.choice.at_100": "90 %"}), "choice") == {"at_0": "40 %", "at_100": "90 %"}


def test_uncertain_and_set_mean_the_same_number(tmp_path: Path) -> None:
    path = written(tmp_path, "uncertain: {equity.referral.at_100: 1 % to 5 %}\n")
    scenario, faults = check(path, settings={"equity.referral.at_100": "4 %"})
    assert scenario is not None
    assert [fault for fault in faults if fault.severity == "error"] == []
