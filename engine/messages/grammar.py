"""The part of Jinja2 that messages may use, and how it is bounded before it is compiled.

A template may print, test, loop and set names. It may not define macros, include, inherit or call anything but
`range`. What is left is then rewritten so that its work can be counted: each loop draws from a budget in proportion
to the size of its body, and `~` goes through a length check. Work is counted rather than timed, so that a template
that fails here fails everywhere, at the same place.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar, cast

from jinja2 import nodes

from engine.messages.errors import TemplateProblem

EACH = "waitline_each"
JOIN = "waitline_join"
BYTES_PER_STEP = 32

_ALLOWED: frozenset[type[nodes.Node]] = frozenset(
    {
        nodes.Template, nodes.Output, nodes.TemplateData, nodes.Const, nodes.Name, nodes.Getattr, nodes.Getitem,
        nodes.Slice, nodes.Filter, nodes.Test, nodes.Keyword, nodes.If, nodes.For, nodes.Assign, nodes.CondExpr,
        nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos, nodes.Add, nodes.Sub,
        nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Concat, nodes.List, nodes.Tuple,
        nodes.Dict, nodes.Pair, nodes.Call,
    }
)  # fmt: skip
_FUNCTIONS = frozenset({"range"})
_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
NodeT = TypeVar("NodeT", bound=nodes.Node)


def check_grammar(tree: nodes.Template, field: str, roots: Collection[str]) -> None:
    """Raise `TemplateProblem` at the first construct that a message may not hold."""
    known = {*roots, *_FUNCTIONS, "loop"}
    known.update(name.name for name in tree.find_all(nodes.Name) if name.ctx == "store")
    for node in walk(tree):
        problem = _problem_with(node, known)
        if problem:
            tag = node.name if isinstance(node, nodes.Name) else None
            raise TemplateProblem(field, problem, line=node.lineno, tag=tag)


def _problem_with(node: nodes.Node, known: Collection[str]) -> str | None:
    if type(node) not in _ALLOWED:
        construct = _WORDS.sub(" ", type(node).__name__).lower()
        return f"A message cannot use {construct!r} here."
    if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in known:
        return f"There is no tag named {node.name!r}."
    if isinstance(node, nodes.Call) and not (isinstance(node.node, nodes.Name) and node.node.name in _FUNCTIONS):
        return "A message cannot call functions other than range()."
    if isinstance(node, nodes.For) and node.recursive:
        return "A message cannot loop recursively."
    if isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        return f"There is no field named {node.attr!r}."
    return None


def walk(tree: nodes.Node) -> Iterator[nodes.Node]:
    """The node and all below it, in the order of the source."""
    yield tree
    for child in tree.iter_child_nodes():
        yield from walk(child)


def needs_functions(tree: nodes.Template) -> bool:
    """Whether the template calls anything once it is bounded: most only print and test."""
    return any(isinstance(node, nodes.For | nodes.Concat | nodes.Call) for node in walk(tree))


def bound_work(node: NodeT) -> NodeT:
    """The tree with every loop and every `~` going through the budget; changes it in place."""
    for name in node.fields:
        value: Any = getattr(node, name)
        if isinstance(value, list):
            items = cast("list[Any]", value)
            items[:] = [_bounded(item) if isinstance(item, nodes.Node) else item for item in items]
        elif isinstance(value, nodes.Node):
            setattr(node, name, _bounded(value))
    return node


def _bounded(node: nodes.Node) -> nodes.Node:
    bound_work(node)
    if isinstance(node, nodes.For):
        weight = nodes.Const(weight_of(node), lineno=node.lineno)
        node.iter = _call(EACH, [node.iter, weight], node.lineno)
    elif isinstance(node, nodes.Concat):
        return _call(JOIN, node.nodes, node.lineno)
    return node


def _call(function: str, arguments: Sequence[nodes.Node], line: int) -> nodes.Call:
    return nodes.Call(nodes.Name(function, "load", lineno=line), list(arguments), [], None, None, lineno=line)


def weight_of(node: nodes.Node) -> int:
    """How much work one pass over the node is, in steps: one a node, and one for each 32 bytes of text."""
    texts = (part.data for part in walk(node) if isinstance(part, nodes.TemplateData))
    return sum(1 for _ in walk(node)) + sum(len(text) // BYTES_PER_STEP for text in texts)
