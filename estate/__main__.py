"""Command line: tell what is in a world."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from estate.extent import LARGEST_SCALE
from estate.model import Move
from estate.world import Estate


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("must be a day such as 2026-11-24") from None


def summary(world: Estate, place: str) -> list[str]:
    """Say in lines what a world holds, and what touches one place on its day."""
    days = world.days()
    near = [move for day in days if abs((day - world.today).days) <= 3 for move in world.moves_on(day)]
    here = [move for move in world.moves_on(world.today) if place in {move.from_agency, move.to_agency}]
    people = len(world.people())
    return [
        f"world       seed {world.seed}, scale {world.scale:g}, day {world.today}",
        f"places      {len(world.agencies())}, regions {len(world.regions())}, suppliers {len(world.suppliers())}",
        f"accounts    {len(world.accounts())}, clients {len(world.clients())}",
        f"people      {people:,}",
        f"days        {len(days):,} from {days[0]} to {days[-1]}, {len(near) / 7:.0f} moves a day",
        f"this week   {len(near):,} moves: {_counts(move.status for move in near)}",
        f"by type     {_counts(move.move_type for move in near)}",
        f"{place} today   {len(here)} moves: {_counts(move.status for move in here)}",
        f"their dPERs {_counts(_record(move) for move in here)}",
    ]


def _record(move: Move) -> str:
    return "none" if move.escort_record is None else move.escort_record.status.value


def _counts(values: Iterable[str]) -> str:
    return ", ".join(f"{value} {count:,}" for value, count in Counter(map(str, values)).most_common())


def tell(
    *,
    seed: Annotated[int, typer.Option(help="Which world.")] = 1,
    scale: Annotated[float, typer.Option(min=0.01, max=LARGEST_SCALE, help="How large a world.")] = 1,
    today: Annotated[
        date | None, typer.Option(parser=_day, metavar="DAY", help="The world's day; else this day in London.")
    ] = None,
    place: Annotated[str, typer.Option(help="NOMIS code of the place to tell of.")] = "LEI",
) -> None:
    """Tell what is in a world."""
    world = Estate(seed, scale, today=today or datetime.now(ZoneInfo("Europe/London")).date())
    if place not in {agency.agency_id for agency in world.agencies()}:
        raise typer.BadParameter("no such place", param_hint="--place")
    for line in summary(world, place):
        typer.echo(line)


if __name__ == "__main__":
    typer.run(tell)
