"""A link on its way from template to message: rendered, checked, given its UTM parameters, made into a click link."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from engine.messages.context import RenderContext
from engine.messages.errors import MissingValue, NoLink
from engine.messages.links import MAX_URL_LENGTH, LinkTemplate, Parameters, RenderedLink, Utm, add_utm
from engine.messages.templates import Text, compile_text, one_line

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rendering:
    """One message being rendered for one profile: the tags' values and the campaign parameters of its links."""

    context: RenderContext
    values: Values
    utm: Parameters

    def about(self, item: Literal["own", "latest"]) -> "Rendering":
        """The same for a block about this item: `product` and `variant` mean it."""
        latest = self.context.latest
        return self if item == "own" or not latest else replace(self, values={**self.values, **latest})

    def link(self, target: str, url: str, *, is_dynamic: bool) -> RenderedLink:
        """The link for a URL that came out of its template; raises `ForbiddenLink`."""
        allowed = self.context.link_policy.check(url, target=target, is_dynamic=is_dynamic)
        destination = add_utm(allowed, self.utm)
        return RenderedLink(target=target, url=destination, href=self.context.link_for(target, destination))


class CompiledUtm:
    """The campaign parameters that a message adds to each of its links."""

    def __init__(self, utm: Utm | None) -> None:
        written: dict[str, str | None] = {} if utm is None else utm.model_dump()
        self._texts = [
            (f"utm_{name}", compile_text(text, f"utm.{name}", limit=500)) for name, text in written.items() if text
        ]

    def rendering(self, context: RenderContext) -> Rendering:
        """A rendering whose links carry the parameters that have a value."""
        values = context.tags()
        rendered = ((name, _rendered_or_empty(text, values)) for name, text in self._texts)
        return Rendering(context, values, tuple((name, value) for name, value in rendered if value))


class CompiledLink:
    """One link of a message, named by its target."""

    def __init__(self, link: LinkTemplate, target: str) -> None:
        self.target = target
        self._candidates = [
            compile_text(url, f"{target}.{part}", limit=MAX_URL_LENGTH) for part, url in link.candidates
        ]

    def resolve(self, rendering: Rendering) -> RenderedLink:
        """Where it leads for these values; raises `NoLink` or `ForbiddenLink`."""
        for candidate in self._candidates:
            url = _rendered_or_empty(candidate, rendering.values)
            if url:
                return rendering.link(self.target, url, is_dynamic=candidate.is_dynamic)
        raise NoLink(self.target)


def _rendered_or_empty(text: Text, values: Values) -> str:
    try:
        return one_line(text.render(values))
    except MissingValue:
        return ""
