"""A link on its way from template to message: rendered, checked, given its UTM parameters, made into a click link."""

from collections.abc import Mapping
from typing import Any

from engine.messages.context import RenderContext
from engine.messages.errors import MissingValue, NoLink
from engine.messages.links import MAX_URL_LENGTH, LinkTemplate, RenderedLink, Utm, add_utm
from engine.messages.templates import Text, compile_text, one_line

Values = Mapping[str, Any]


class CompiledUtm:
    """The campaign parameters that a message adds to each of its links."""

    def __init__(self, utm: Utm | None) -> None:
        written: dict[str, str | None] = {} if utm is None else utm.model_dump()
        self._texts = {
            f"utm_{name}": compile_text(text, f"utm.{name}", limit=500) for name, text in written.items() if text
        }

    def add_to(self, url: str, values: Values) -> str:
        """The URL with the parameters that have a value."""
        if not self._texts:
            return url
        return add_utm(url, {name: _rendered_or_empty(text, values) for name, text in self._texts.items()})


class CompiledLink:
    """One link of a message, named by its target."""

    def __init__(self, link: LinkTemplate, target: str, utm: CompiledUtm) -> None:
        self.target = target
        self._utm = utm
        candidates = (
            [("link", link.url)] if link.fallback is None else [("link", link.url), ("fallback", link.fallback)]
        )
        self._candidates = [compile_text(url, f"{target}.{part}", limit=MAX_URL_LENGTH) for part, url in candidates]

    def resolve(self, values: Values, context: RenderContext) -> RenderedLink:
        """Where it leads for these values; raises `NoLink` or `ForbiddenLink`."""
        for candidate in self._candidates:
            url = _rendered_or_empty(candidate, values)
            if url:
                return finish_link(self.target, url, self._utm, values, context, is_dynamic=candidate.is_dynamic)
        raise NoLink(self.target)


def finish_link(
    target: str, url: str, utm: CompiledUtm, values: Values, context: RenderContext, *, is_dynamic: bool
) -> RenderedLink:
    """The link for a URL that came out of its template."""
    allowed = context.link_policy.check(url, target=target, is_dynamic=is_dynamic)
    destination = utm.add_to(allowed, values)
    return RenderedLink(target=target, url=destination, href=context.link_for(target, destination))


def _rendered_or_empty(text: Text, values: Values) -> str:
    try:
        return one_line(text.render(values))
    except MissingValue:
        return ""
