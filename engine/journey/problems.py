"""Problems: what keeps a journey from being published, or what its author should look at once more."""

from typing import Literal

from engine.model import Frozen

Severity = Literal["blocking", "warning"]


class Problem(Frozen):
    """Something that is wrong with a document, where it is, and how to put it right.

    `code` is stable and listed in `docs/journeys.md`; `node` and `edge` say where on the canvas, `field` where in the
    form (a dotted path inside the node, or inside the document when there is no node).
    """

    code: str
    sentence: str
    severity: Severity = "blocking"
    node: str | None = None
    field: str | None = None
    edge: str | None = None

    @property
    def is_blocking(self) -> bool:
        """Whether the journey cannot be published with it."""
        return self.severity == "blocking"
