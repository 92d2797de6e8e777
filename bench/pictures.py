"""Draws the figures of docs/performance.md from what the benches have written down.

    python bench/pictures.py [--results bench/results] [--into docs]

The pictures are SVG written by hand: bars and lines need no library. They follow the reader's light or dark setting.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
WIDTH: Final = 760
BAR: Final = 30
NAMES_END: Final = 170
BARS_END: Final = WIDTH - 90
HEAD: Final = 62
PANEL: Final = WIDTH // 3
PANEL_TOP, PANEL_BOTTOM = 112, 270
PANEL_LEFT, PANEL_RIGHT = 34, PANEL - 34
NAME_BELOW: Final = 18
STYLE: Final = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-size: 16px; font-weight: 600; }
  .panel { font-weight: 600; }
  .note { font-size: 12px; fill: #59636e; }
  .paper { fill: #ffffff; }
  .halo { stroke: #ffffff; stroke-width: 3px; }
  .rule { stroke: #d1d9e0; stroke-width: 1; }
  .ours { fill: #0b6e99; } .other { fill: #afb8c1; }
  .ours-line { fill: none; stroke: #0b6e99; stroke-width: 2; }
  .other-line { fill: none; stroke: #818b98; stroke-width: 2; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .note { fill: #9198a1; } .paper { fill: #0d1117; } .halo { stroke: #0d1117; }
    .rule { stroke: #3d444d; }
    .ours { fill: #4db2de; } .other { fill: #59636e; } .ours-line { stroke: #4db2de; } .other-line { stroke: #9198a1; }
  }
"""


@dataclass(frozen=True)
class Line:
    """A series of one panel: a value at each of its places."""

    name: str
    style: str
    values: Sequence[float]


@dataclass(frozen=True)
class Panel:
    """A small chart: what is drawn, at what places, and what those are."""

    title: str
    unit: str
    below: str
    places: Sequence[str]
    lines: Sequence[Line]


def text(x: float, y: float, what: str, *, style: str = "", anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}">{escape(what)}</text>'


def picture(title: str, note: str, height: int, parts: Sequence[str]) -> str:
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(title)}">',
            f"<style>{STYLE}</style>",
            f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
            text(16, 26, title, style="title"),
            text(16, 46, note, style="note"),
            *parts,
            "</svg>\n",
        ]
    )


def short(value: float) -> str:
    """Write a value with three figures, as far as they stand before the point or just after it."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"  # noqa: PLR2004 - places of figures


def bars(title: str, note: str, values: Mapping[str, float]) -> str:
    """Draw a bar for each name, the longest first; ours stands out."""
    most = max(values.values())
    parts = []
    for number, (name, value) in enumerate(sorted(values.items(), key=lambda pair: -pair[1])):
        top = HEAD + number * BAR
        length = (BARS_END - NAMES_END) * value / most
        style = "ours" if name == "ours" else "other"
        parts += [
            text(NAMES_END - 10, top + 19, name, anchor="end"),
            f'<rect class="{style}" x="{NAMES_END}" y="{top + 4}" width="{length:.1f}" height="{BAR - 8}" rx="2"/>',
            text(NAMES_END + length + 8, top + 19, short(value)),
        ]
    return picture(title, note, HEAD + len(values) * BAR + 16, parts)


def panel(number: int, of: Panel) -> list[str]:
    """Draw one panel at its place in the row. Its scale begins at nought, so that flat is flat."""
    left = number * PANEL
    most = max(value for line in of.lines for value in line.values) * 1.15
    step = (PANEL_RIGHT - PANEL_LEFT) / (len(of.places) - 1)
    across = [left + PANEL_LEFT + step * place for place in range(len(of.places))]
    parts = [
        text(left + 16, 76, of.title, style="panel"),
        text(left + 16, 94, of.unit, style="note"),
        f'<line class="rule" x1="{left + 16}" x2="{left + PANEL - 16}" y1="{PANEL_BOTTOM}" y2="{PANEL_BOTTOM}"/>',
        *(
            text(x, PANEL_BOTTOM + 18, place, style="note", anchor="middle")
            for x, place in zip(across, of.places, strict=True)
        ),
        text(left + PANEL / 2, PANEL_BOTTOM + 38, of.below, style="note", anchor="middle"),
    ]
    for line in of.lines:
        heights = [PANEL_BOTTOM - (PANEL_BOTTOM - PANEL_TOP) * value / most for value in line.values]
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, heights, strict=True))
        parts.append(f'<polyline class="{line.style}-line" points="{points}"/>')
        for x, y, value in zip(across, heights, line.values, strict=True):
            parts.append(f'<circle class="{line.style}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>')
            # The line may be steep and run through its own label, which therefore has a halo of paper beneath.
            parts += [text(x, y - 8, short(value), style=style, anchor="middle") for style in ("halo", "value")]
        if line.name:
            parts.append(text(across[-1], heights[-1] + NAME_BELOW, line.name, style="note", anchor="end"))
    return parts


def medians(cases: Mapping[str, Any], what: str) -> list[float]:
    return [float(case["median"][what]) for case in cases.values()]


def made(results: Mapping[str, Any]) -> str:
    """Say where figures come from."""
    load = results["load_average_before"][0]
    passes = f"medians of {results['passes']} passes"
    return f"{results['machine']['cpu']}, {results['at'][:10]}, {passes}, load average before {load:.1f}"


def throughput(federated: Mapping[str, Any]) -> str:
    servers = federated["servers"]["50"]
    values = {name: float(one["median"]["per_cpu_second"]) for name, one in servers.items()}
    return bars("Federated query: requests for each second of the server's CPU", f"50 moves; {made(federated)}", values)


def execution(executed: Mapping[str, Any]) -> str:
    values = {name: float(one["median"]["per_cpu_second"]) for name, one in executed["executors"].items()}
    note = f"{executed['moves']} moves; {made(executed)}"
    return bars("Execution alone: operations for each second of CPU", note, values)


def growth(federated: Mapping[str, Any]) -> str:
    rows, connections, store = (federated["growth"][name] for name in ("rows", "connections", "store"))
    by_row = [cpu / int(size) for size, cpu in zip(rows["cases"], medians(rows["cases"], "cpu_ms"), strict=True)]
    stored = [Line("gateway", "ours", medians(store["cases"], "cpu_ms"))]
    by_database = medians(store["cases"], "database_cpu_ms")
    if all(by_database):  # the benches see it only of a database that they started
        stored.append(Line("database", "other", by_database))
    panels = [
        Panel("Longer answers", "CPU ms for each move", "moves asked for", list(rows["cases"]), [ours(by_row)]),
        Panel(
            "More connections",
            f"CPU ms for a request, {connections['moves']} moves",
            "connections",
            list(connections["cases"]),
            [ours(medians(connections["cases"], "cpu_ms"))],
        ),
        Panel(
            "A larger estate",
            f"CPU ms for a request, {store['moves']} moves",
            "moves in the store",
            [f"{moves:,}" for moves in store["stored"].values()],
            stored,
        ),
    ]
    parts = [part for number, one in enumerate(panels) for part in panel(number, one)]
    return picture("How the gateway's CPU grows", made(federated), PANEL_BOTTOM + 54, parts)


def ours(values: Sequence[float]) -> Line:
    return Line("", "ours", values)


def main(results: Path, into: Path) -> None:
    federated = json.loads((results / "federated.json").read_text())
    executed = json.loads((results / "execution.json").read_text())
    drawn = {"throughput": throughput(federated), "growth": growth(federated), "execution": execution(executed)}
    for name, svg in drawn.items():
        (into / f"performance-{name}.svg").write_text(svg)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    arguments.add_argument("--results", type=Path, default=ROOT / "bench" / "results")
    arguments.add_argument("--into", type=Path, default=ROOT / "docs")
    given = arguments.parse_args()
    main(given.results, given.into)
