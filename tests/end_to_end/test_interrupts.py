"""Interrupts at moments from the first line of a command to the compilation of the engine: a small part of what
``tools/interrupt_storm.py`` does."""

import signal
from pathlib import Path

import pytest
from interrupt_storm import RUN, storm

MOMENTS = [0.0, 0.03, 0.1, 0.4, 1.0, 2.5, 5.0]
"""Imports take about a second; the first compilation takes more than ten, whatever the machine."""

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="it is read in /proc when Python is up")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "told to end"])
def test_an_interrupt_at_any_moment_is_130_and_one_line(sent: signal.Signals) -> None:
    ended = storm(RUN, sent, MOMENTS, None)
    assert [one for one in ended if not one.as_it_should] == []
