"""Checks of nodes whose type a plugin brings: is it here, does it take the settings, which ways out has it."""

from collections.abc import Iterator
from difflib import get_close_matches

from pydantic import ValidationError

from engine.journey.catalogue import Catalogue
from engine.journey.nodes import BUILT_IN_TYPES, Custom
from engine.journey.nodes.base import NodeBase
from engine.journey.problems import Problem
from engine.journey.reading import told


def outlets_of(node: NodeBase, catalogue: Catalogue) -> tuple[str, ...] | None:
    """The ways out of the node; None where only a plugin knew them that is not here."""
    if not isinstance(node, Custom):
        return node.outlets
    found = catalogue.node_types.get(node.type)
    return None if found is None else found.outlets


def check_custom(node: Custom, catalogue: Catalogue) -> Iterator[Problem]:
    """A plugin that is here, and settings that it takes."""
    found = catalogue.node_types.get(node.type)
    if found is None:
        yield _unknown(node, catalogue)
        return
    try:
        found.model.model_validate(dict(node.settings))
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=True):
            code, sentence = told(detail, detail["loc"])
            yield node.problem(code, ".".join(map(str, detail["loc"])), sentence)


def _unknown(node: Custom, catalogue: Catalogue) -> Problem:
    known = [*BUILT_IN_TYPES, *catalogue.node_types]
    near = get_close_matches(node.type, known, n=1)
    remedy = f"did you mean “{near[0]}”?" if near else f"use one of {', '.join(known)}."
    return Problem(
        code="node_type_unknown",
        node=node.id,
        sentence=f"There is no node type “{node.type}” here; {remedy} If a plugin brought it, put the plugin back.",
    )
