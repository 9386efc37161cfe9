"""Who follows a link: a person's browser, or a program that looks ahead for them."""

import re

from starlette.requests import Request

_PROGRAMS = re.compile(
    r"bot\b|bot[/;)]|crawl|spider|slurp|preview|facebookexternalhit|whatsapp|skype|slack-img|googleimageproxy|scanner"
    r"|safelinks|barracuda|mimecast|proofpoint|curl/|wget/|python-|okhttp|go-http|libwww|java/|axios|node-fetch",
    re.IGNORECASE,
)
_AHEAD = ("purpose", "sec-purpose", "x-moz", "x-purpose")


def program_behind(request: Request) -> str | None:
    """How this request gives itself away as a program's: `head`, `prefetch`, `no_user_agent` or `user_agent`.

    None for what looks like a person. Programs that pretend to be a browser are not caught here.
    """
    if request.method == "HEAD":
        return "head"
    if any(
        "prefetch" in request.headers.get(name, "") or "preview" in request.headers.get(name, "") for name in _AHEAD
    ):
        return "prefetch"
    user_agent = request.headers.get("user-agent", "")
    if not user_agent:
        return "no_user_agent"
    return "user_agent" if _PROGRAMS.search(user_agent) else None
