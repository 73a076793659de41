"""Every word that an answer prints is known to ``explain``."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import equitysim.cli
from equitysim.cli.glossary import HEADINGS, TERMS, explained, known_words
from equitysim.errors import UsageError
from equitysim.figures.data import ANALYSIS_FIGURES, FIGURES
from equitysim.measures.registry import MEASURES
from equitysim.measures.tables import TABLES

FOLDER = Path(equitysim.cli.__file__).parent


def headings() -> Iterator[str]:
    """The headings that the text of a command puts over its columns, as they stand in the sources; units and names of
    policies, which are computed, left out."""
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Column"
                and node.args
            ):
                said = node.args[0].elts if isinstance(node.args[0], ast.Tuple) else [node.args[0]]
                words = [str(part.value) for part in said if isinstance(part, ast.Constant)]
                if any(words) and words != ["(baseline)"]:
                    yield " ".join(words)


def test_there_are_headings_to_look_at() -> None:
    assert {"best in futures", "return on spend"} <= set(headings())


@pytest.mark.parametrize("word", sorted({*headings(), *MEASURES, *TERMS, *HEADINGS}))
def test_a_printed_word_is_known(word: str) -> None:
    assert explained(word)


def test_tables_columns_and_figures_are_known() -> None:
    columns = {column for table in TABLES.values() for column in table.columns}
    for word in (*TABLES, *columns, *FIGURES.values(), *ANALYSIS_FIGURES.values(), *known_words()):
        assert explained(word)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("worlds", "Sets of values"),
        ("net_value", "discounted to the start"),
        ("net value", "discounted to the start"),
        ("EVPI", "perfect information"),
        ("seed person", "other than by referral"),
        ("seed_person", "other than by referral"),
        ("entrant", "other than by referral"),
        ("recency", "37 in 100"),
    ],
)
def test_what_is_said(word: str, said: str) -> None:
    assert said in explained(word)


def test_an_unknown_word_is_answered_by_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'net_value'"):
        explained("net_vlaue")
