"""The table in docs/reliability.md, written by a whole run of the chaos tests."""

from collections import Counter
from dataclasses import dataclass

from tests.architecture.sources import ROOT

PAGE = ROOT / "docs" / "reliability.md"
START, END = "<!-- drawn:messages -->\n", "<!-- /drawn:messages -->"


@dataclass(frozen=True)
class Line:
    """What became of the sends on one channel; `taken` of the `unknown` ones had reached their provider."""

    channel: str
    sends: int
    accepted: int
    failed: int
    unknown: int
    taken: int


def write_table(lines: list[Line], blows: Counter[str], faults: Counter[str]) -> None:
    """Put what was counted into the page."""
    rows = [
        f"| `{one.channel}` | {one.sends:,} | {one.accepted:,} | 0 | {one.unknown:,} ({one.taken:,}) | {one.failed:,} |"
        for one in lines
    ]
    told = ", ".join(f"{what} {n:,}" for what, n in sorted(blows.items()))
    met = ", ".join(f"{what} {n:,}" for what, n in sorted(faults.items()))
    table = "\n".join(
        [
            "| Channel | Sends | Accepted | Told twice | Unknown and listed (had arrived) | Failed, with reason |",
            "| --- | --- | --- | --- | --- | --- |",
            *rows,
            "",
            f"Killed or cut meanwhile: {told}.",
            f"What the providers did: {met}.",
            "",
        ]
    )
    before, rest = PAGE.read_text().split(START)
    PAGE.write_text(before + START + table + END + rest.split(END)[1])
