"""One text with merge tags, compiled once and rendered for each profile, bounded in time, memory and size."""

import re
from collections.abc import Collection
from functools import cache
from typing import Any, Protocol

import jinja2
from jinja2 import nodes
from jinja2.runtime import Context

from engine.messages.context import TAG_ROOTS
from engine.messages.errors import MissingValue, TemplateProblem
from engine.messages.filters import LimitExceeded
from engine.messages.grammar import check_grammar, needs_functions, walk
from engine.messages.sandbox import Budget, Sandbox

MAX_LINE = 1_000
MAX_PARAGRAPH = 20_000
MAX_HTML = 1_000_000
_TAG = re.compile(r"\{[{%#]")
_BLANKS = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_FAULTS = (jinja2.TemplateError, LimitExceeded, TypeError, ValueError, ArithmeticError, LookupError, AttributeError)


class Text(Protocol):
    """A compiled text: `render` gives it for the tags' values."""

    @property
    def is_dynamic(self) -> bool:
        """Whether it holds merge tags."""
        ...

    def render(self, values: dict[str, Any]) -> str:
        """The text with the values in place of the tags."""
        ...


class StaticText:
    """A text without merge tags."""

    __slots__ = ("_text",)
    is_dynamic = False

    def __init__(self, text: str) -> None:
        self._text = text

    def render(self, values: dict[str, Any]) -> str:  # noqa: ARG002 - the signature of every Text
        """The text itself."""
        return self._text


class TemplateText:
    """A text with merge tags. `field` names it in problems; `limit` is the longest result, in characters."""

    __slots__ = ("_limit", "_needs_functions", "_template", "_tree", "field")
    is_dynamic = True

    def __init__(self, template: jinja2.Template, tree: nodes.Template, field: str, limit: int) -> None:
        self._template = template
        self._tree = tree
        self._limit = limit
        self._needs_functions = needs_functions(tree)
        self.field = field

    def render(self, values: dict[str, Any]) -> str:
        """The text for these values; raises `TemplateProblem`, or `MissingValue` for an empty tag without fallback."""
        names = {**Budget().functions(), **values} if self._needs_functions else values
        context = Context(self._template.environment, names, None, {})
        pieces: list[str] = []
        size = 0
        try:
            for piece in self._template.root_render_func(context):
                size += len(piece)
                if size > self._limit:
                    raise LimitExceeded(f"The text became longer than {self._limit} characters.")
                pieces.append(piece)
        except _FAULTS as fault:
            raise self._problem(fault) from fault
        return "".join(pieces)

    def _problem(self, fault: Exception) -> TemplateProblem:
        line = self._line_of(fault)
        if isinstance(fault, jinja2.UndefinedError):
            tag = self._empty_tag(fault, line)
            detail = f'{tag} is empty for this profile; give it a fallback: {{{{ {tag} | default("…") }}}}.'
            return MissingValue(self.field, detail, line=line, tag=tag)
        return TemplateProblem(self.field, str(fault), line=line)

    def _line_of(self, fault: Exception) -> int | None:
        step = fault.__traceback__
        line = None
        while step is not None:
            if step.tb_frame.f_code.co_filename == "<template>":
                line = self._template.get_corresponding_lineno(step.tb_lineno)
            step = step.tb_next
        return line

    def _empty_tag(self, fault: jinja2.UndefinedError, line: int | None) -> str:
        dotted = [dotted_name(node) for node in walk(self._tree) if node.lineno == line or line is None]
        return next((name for name in dotted if name and f"'{name.rpartition('.')[2]}'" in str(fault)), "A tag")


def compile_text(
    source: str, field: str, *, limit: int = MAX_PARAGRAPH, html: bool = False, roots: Collection[str] = TAG_ROOTS
) -> Text:
    """Compile a text; raises `TemplateProblem` naming the line when it is not a template that a message may hold."""
    if not _TAG.search(source):
        return StaticText(source)
    tree = parse(source, field, roots=roots)
    return TemplateText(_compiled(source, field, html=html), tree, field, limit)


def parse(source: str, field: str, *, roots: Collection[str] = TAG_ROOTS) -> nodes.Template:
    """The template's syntax tree, known to hold only what a message may."""
    try:
        tree = sandbox(html=False).parse(source)
        check_grammar(tree, field, roots)
    except jinja2.TemplateSyntaxError as fault:
        raise TemplateProblem(field, fault.message or "This is not a template.", line=fault.lineno) from fault
    except RecursionError as fault:
        raise TemplateProblem(field, "The template is nested too deeply.") from fault
    return tree


def compile_checked(source: str, field: str, tree: nodes.Template, *, limit: int, html: bool) -> TemplateText:
    """Compile a source that was derived from a parsed one by our own additions."""
    return TemplateText(_compiled(source, field, html=html), tree, field, limit)


def _compiled(source: str, field: str, *, html: bool) -> jinja2.Template:
    try:
        return sandbox(html=html).from_string(source)
    except jinja2.TemplateSyntaxError as fault:
        raise TemplateProblem(field, fault.message or "This is not a template.", line=fault.lineno) from fault
    except (RecursionError, SyntaxError) as fault:
        raise TemplateProblem(field, "The template is nested too deeply.") from fault


@cache
def sandbox(*, html: bool) -> Sandbox:
    """The environment for texts or for HTML; both are stateless."""
    return Sandbox(html=html)


def dotted_name(node: nodes.Node) -> str | None:
    """`product.price` for the node that reads it; None for other nodes."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        parent = dotted_name(node.node)
        return f"{parent}.{node.attr}" if parent else None
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        parent = dotted_name(node.node)
        return f"{parent}.{node.arg.value}" if parent else None
    return None


def one_line(text: str) -> str:
    """The text on one line, without control characters: for titles and mail headers (a break there is an attack)."""
    return _BLANKS.sub(" ", text).strip()


def clean(text: str) -> str:
    """The text without control characters other than line breaks and tabs, ends trimmed."""
    return _CONTROLS.sub("", text).strip()
