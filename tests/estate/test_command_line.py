"""The command line tells what is in a world."""

from datetime import date

import pytest
import typer

from estate import Estate
from estate.__main__ import summary, tell

TODAY = date(2026, 11, 24)


def test_the_summary_counts_what_the_world_holds() -> None:
    lines = "\n".join(summary(Estate(today=TODAY), "LEI"))
    assert "people      540" in lines
    assert "days        7 from 2026-11-21 to 2026-11-27" in lines
    assert all(f"{status} " in lines for status in ("proposed", "requested", "booked", "in_transit", "completed"))
    assert all(f"{status} " in lines for status in ("confirmed", "in_progress", "unstarted"))


def test_the_command_prints_the_summary(capsys: pytest.CaptureFixture[str]) -> None:
    tell(seed=2, scale=1, today=TODAY, place="MDI")
    printed = capsys.readouterr().out.splitlines()
    assert printed == summary(Estate(2, today=TODAY), "MDI")
    assert printed[0] == "world       seed 2, scale 1, day 2026-11-24"


def test_a_place_that_does_not_exist_is_refused() -> None:
    with pytest.raises(typer.BadParameter, match="no such place"):
        tell(today=TODAY, place="NOWHERE")
