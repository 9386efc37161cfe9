"""Bars: what a figure must not fall short of, printed beside it; a benchmark that misses one exits with 1."""

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from benchmarks.processes import machine


@dataclass
class Bars:
    """The figures of one benchmark, each with its bar."""

    name: str
    rows: list[tuple[str, str, str, str]] = field(default_factory=list[tuple[str, str, str, str]])
    missed: int = 0

    def at_most(self, what: str, figure: float, bar: float, unit: str) -> None:
        """A figure that must not be higher."""
        self._note(what, figure, f"≤ {bar:,g} {unit}", unit, is_met=figure <= bar)

    def at_least(self, what: str, figure: float, bar: float, unit: str) -> None:
        """A figure that must not be lower."""
        self._note(what, figure, f"≥ {bar:,g} {unit}", unit, is_met=figure >= bar)

    def told(self, what: str, figure: float, unit: str) -> None:
        """A figure without a bar."""
        self.rows.append((what, f"{_short(figure)} {unit}", "", ""))

    def _note(self, what: str, figure: float, bar: str, unit: str, *, is_met: bool) -> None:
        self.rows.append((what, f"{_short(figure)} {unit}", bar, "kept" if is_met else "MISSED"))
        self.missed += not is_met

    def show(self) -> int:
        """Print the table; the exit code."""
        table = Table(self.name, "figure", "bar", "", title=machine())
        for row in self.rows:
            table.add_row(*row)
        Console().print(table)
        return 1 if self.missed else 0


def _short(figure: float) -> str:
    if figure >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if figure >= 1 else f"{figure:.3f}"
