"""An analysis as tables and as a JSON document says all that was found, and nothing is undefined in JSON but null."""

import dataclasses
import io
import json
import math

import numpy as np
import pytest

from equitysim.errors import UsageError
from equitysim.measures.analysis_tables import ANALYSIS_TABLES
from equitysim.statistics.sensitivity.analysis import TABLES, Analysis
from equitysim.statistics.sensitivity.findings import Bounded
from tests.unit.figures.made_analysis import FAILURE, FORGETTING, NAMES, NOTHING, WORDS, made_analysis

TODAY, REWARD, RECOVER = NAMES


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    """With all there may be of any design."""
    return made_analysis(many=2)


def test_every_table_that_is_described_is_there_and_none_besides(analysis: Analysis) -> None:
    assert set(TABLES) == set(ANALYSIS_TABLES)
    assert [table.name for table in analysis.tables] == list(TABLES)


def test_tables_without_rows_are_left_out() -> None:
    bare = dataclasses.replace(made_analysis(), **NOTHING)
    assert [table.name for table in bare.tables] == ["standings", "noise"]
    assert len(bare.table("maps")) == 0


def test_another_table_is_a_usage_error(analysis: Analysis) -> None:
    with pytest.raises(UsageError, match="there is no table 'map'"):
        analysis.table("map")


def test_every_table_is_written(analysis: Analysis) -> None:
    for table in analysis.tables:
        file = io.StringIO(newline="")
        table.write(file)
        lines = file.getvalue().splitlines()
        assert len(lines) == len(table) + 1
        assert "nan" not in file.getvalue()
        assert "inf" not in file.getvalue()


def test_a_map_has_a_row_for_every_policy_in_every_cell() -> None:
    analysis = made_analysis()
    frame, found = analysis.frame("maps"), analysis.maps[0]
    assert len(frame) == found.means.size
    cell = frame[(frame["x_written"] == "8 %") & (frame["y_written"] == "3 weeks")].set_index("policy")
    assert cell["mean"].to_dict() == dict(zip(NAMES, found.means[0, 7].tolist(), strict=True))
    assert cell["best"].to_dict() == {TODAY: 0, REWARD: 0, RECOVER: 1}
    assert cell.loc[RECOVER, "lead"] == found.lead[0, 7]
    assert cell["lead"].isna().sum() == 2
    assert frame.groupby(["x", "y"])["best"].sum().eq(1).all()
    assert frame["clear"].sum() == found.clear.sum()


def test_of_words_and_open_ends_a_box_has_no_sizes() -> None:
    frame = made_analysis(words=WORDS).frame("boxes").set_index(["policy", "parameter"])
    assert frame.loc[(RECOVER, FAILURE), "size_low"] == 4.1
    empty = frame[["size_low", "size_high"]].isna()
    assert empty.loc[[(RECOVER, FAILURE), (RECOVER, FORGETTING)]].to_numpy().tolist() == [[False, True], [True, True]]
    assert frame.loc[(RECOVER, FORGETTING), "written"] == " or ".join(WORDS[:2])


def test_the_course_to_a_box_marks_the_one_that_was_chosen(analysis: Analysis) -> None:
    frame = analysis.frame("box_courses")
    assert frame[frame["chosen"] == 1]["step"].tolist() == [box.chosen for box in analysis.boxes]


def test_rows_name_the_role_and_unit_of_their_parameter() -> None:
    effects = made_analysis().frame("effects").set_index("parameter")["role"].to_dict()
    assert effects == {FAILURE: "uncertainty", FORGETTING: "lever"}
    curves = made_analysis().frame("curves")
    assert set(curves[curves["parameter"] == FORGETTING]["size_unit"]) == {"weeks"}
    words = made_analysis(words=WORDS).frame("curves")
    assert set(words[words["parameter"] == FORGETTING]["written"]) == set(WORDS)


def test_a_share_that_cannot_be_told_is_empty(analysis: Analysis) -> None:
    effects = tuple(one._replace(share=None) for one in analysis.effects)
    frame = dataclasses.replace(analysis, effects=effects).frame("effects")
    assert frame["share"].isna().all()
    assert frame["swing"].notna().all()


def test_the_document_is_plain_json_with_everything_found(analysis: Analysis) -> None:
    document = analysis.document()
    assert next(iter(document)) == "schema_version"
    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["measure"] == "net_value"
    assert document["better"] == "more"
    assert document["points"] == 64
    assert document["digest"] == "b" * 64
    found = {
        "standings": analysis.standings,
        "noise": analysis.noise,
        "effects": analysis.effects,
        "interactions": analysis.interactions,
        "sobol": analysis.sobol,
        "morris": analysis.elementary,
        "maps": analysis.maps,
        "tipping_points": analysis.tipping,
        "boxes": analysis.boxes,
        "settings": analysis.settings,
        "left_out": analysis.left_out,
    }
    assert {kind: len(document[kind]) for kind in found} == {kind: len(several) for kind, several in found.items()}
    assert "factor" not in {name for kind in found for one in document[kind] for name in one}


def test_the_document_s_map_names_the_best(analysis: Analysis) -> None:
    told, found = analysis.document()["maps"][0], analysis.maps[0]
    assert told["best"] == [[NAMES[place] for place in row] for row in found.best.tolist()]
    assert told["shares"] == dict(zip(NAMES, found.shares, strict=True))
    assert np.array(told["means"]).shape == found.means.shape


def test_nobody_is_the_best_in_a_cell_that_is_not_claimed(analysis: Analysis) -> None:
    one = analysis.maps[0]
    best = one.best.copy()
    best[0, 0] = -1
    told = dataclasses.replace(analysis, maps=(one._replace(best=best),)).document()["maps"][0]["best"]
    assert told[0][0] is None
    assert None not in [*told[0][1:], *told[1]]


def test_open_ends_and_undefined_bounds_are_null(analysis: Analysis) -> None:
    standing = analysis.standings[0]._replace(mean=Bounded(16.4, math.nan, math.nan), share_best=math.nan)
    document = dataclasses.replace(analysis, standings=(standing,)).document()
    assert document["standings"][0]["mean"] == {"value": 16.4, "low": None, "high": None}
    assert document["standings"][0]["share_best"] is None
    assert document["boxes"][0]["limits"][0]["low"] is None
    assert document["effects"][0]["against"] is None


def test_names_are_kept_whatever_they_look_like() -> None:
    renamed = made_analysis(("factor", "=1+1", "recover everyone"))
    assert list(renamed.document()["maps"][0]["shares"]) == ["factor", "=1+1", "recover everyone"]


def test_in_a_session_an_analysis_is_a_line(analysis: Analysis) -> None:
    assert repr(analysis) == (
        "<Analysis of 'Recovery or reward': net_value of 3 policies at 64 points, 5 replications>"
    )
