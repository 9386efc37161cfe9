"""What can go wrong in the journey language.

    JourneyError
    ├── UnknownNode          a state or an edge names a node that this version does not have
    └── InvalidJourney       a document does not validate; carries its problems

A version that validated never raises at run time: these errors mean a bug or a document that was never validated.
"""

from engine.journey.problems import Problem


class JourneyError(Exception):
    """The journey cannot be walked."""

    code = "journey_error"


class UnknownNode(JourneyError):
    """This version has no such node; publish the journey again from a validated draft."""

    code = "unknown_node"

    def __init__(self, node: str) -> None:
        super().__init__(f"This version has no node {node!r}; publish the journey again from a validated draft.")
        self.node = node


class InvalidJourney(JourneyError):
    """The journey has problems; each says where it is and how to put it right."""

    code = "invalid_journey"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{problem.node or 'journey'}: {problem.sentence}" for problem in problems))
        self.problems = problems
