"""Remarks: the comments of a source, each kept beside what it is about, so that an edit on the canvas loses none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.authoring.places import Path


@dataclass(frozen=True, slots=True)
class Remarks:
    """Comments with their `#`: by the path of what stands below or left of them, at the top and at the bottom."""

    upper: Mapping[Path, Sequence[str]] = field(default_factory=dict[Path, Sequence[str]])
    right: Mapping[Path, str] = field(default_factory=dict[Path, str])
    top: Sequence[str] | None = None
    bottom: Sequence[str] = ()
    docstring: str | None = None

    def above(self, path: Path) -> Sequence[str]:
        """The comments above this place."""
        return self.upper.get(path, ())

    def beside(self, path: Path) -> str | None:
        """The comment at the end of its line."""
        return self.right.get(path)


NO_REMARKS = Remarks()
