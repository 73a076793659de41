"""``analyse``: read a store, analyse its runs, write the folder, print."""

import shlex
from pathlib import Path

from equitysim.cli.analysis_text import analysis_text
from equitysim.cli.asked import Analyse
from equitysim.cli.drawings import FIGURES, saved
from equitysim.cli.terminal import Exit, fail, say, show, show_json, text_width
from equitysim.figures.names import plain
from equitysim.measures.files import make_folder
from equitysim.statistics.sensitivity.analysis import Analysis
from equitysim.statistics.sensitivity.assemble import analysed
from equitysim.study.analyse import Stored, pair, stored
from equitysim.study.formats import checked_formats, write_also
from equitysim.study.output import write_analysis


def analyse(store: Path, asked: Analyse) -> int:
    """Analyse a store."""
    if len(asked.over) not in (0, 2):
        fail("a map is over two parameters: name --over twice, each with another one")
    formats = checked_formats(asked.also)
    kept = stored(store, asked.measure)
    over = pair(kept.responses, asked.over) if asked.over else None
    if asked.out is not None:
        make_folder(asked.out, asked.out / FIGURES)
    if kept.mixed:
        say(f"Warning: {kept.mixed}.")
    analysis = analysed(kept.responses, over)
    folder = asked.out or kept.file.parent
    try:
        written = _written(folder, kept, analysis, formats, command_again(store, asked))
    finally:
        # a folder that cannot be written must not cost the answer as well
        if asked.as_json:
            show_json(analysis.document())
        else:
            show(analysis_text(analysis, text_width()))
    if not asked.as_json:
        show(f"\n{written}")
    elif not asked.quiet:
        say(f"Written to {folder}")
    return Exit.DONE


def _written(folder: Path, kept: Stored, analysis: Analysis, formats: tuple[str, ...], command: str) -> Path:
    """Write everything; returns the page."""
    resolved = None if folder.resolve() == kept.file.parent.resolve() else kept.resolved
    write_analysis(folder, analysis, resolved)
    write_also(folder, analysis.responses.context, analysis.tables, formats)
    from equitysim.figures import data
    from equitysim.report.analysis import page_of
    from equitysim.report.background import Assumption, Source
    from equitysim.report.page import write as write_page

    drawings = saved(data.of_analysis(analysis), data.ANALYSIS_FIGURES, folder)
    source = Source(tuple(Assumption(*row) for row in kept.assumed), kept.resolved, command)
    return write_page(folder, page_of(analysis, drawings, source))


def command_again(store: Path, asked: Analyse) -> str:
    """The command that gives the same page, in the folder where the store is: its folders are nobody's business."""
    words = ["equitysim", "analyse", store.name or store.resolve().name]
    words += ["--measure", asked.measure] if asked.measure else []
    words += [word for name in asked.over for word in ("--over", name)]
    return shlex.join(plain(word) for word in words)
