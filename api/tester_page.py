"""The page behind a test link: plain HTML that asks who you are, and says what happens then."""

from html import escape

STYLE_PATH = "/u/style.css"


def ask(journey: str, path: str, *, problem: str | None = None) -> str:
    """The page that asks for an address; `path` is where its form goes."""
    said = f'<p class="said" role="alert">{escape(problem)}</p>' if problem else ""
    return _around(
        f"<h1>Test “{escape(journey)}”</h1>{said}"
        "<p>Type the e-mail address by which the shop knows you. From then on this journey lets you in while it is "
        "being tested, and its messages reach you as they would reach a customer.</p>"
        f'<form method="post" action="{escape(path)}"><p><label>E-mail address<br>'
        '<input name="email" type="email" autocomplete="email" required></label></p>'
        '<button class="first">Become a tester</button></form>'
    )


def joined(journey: str) -> str:
    """The page that says that it worked."""
    return _around(
        f'<h1>Test “{escape(journey)}”</h1><p class="said" role="status">You are a tester now.</p>'
        "<p>Do in the shop what starts the journey, and watch your messages.</p>"
    )


def lost() -> str:
    """The page for a link that is not one of ours."""
    return _around("<h1>This link does not work</h1><p>Ask whoever gave it to you for a new one.</p>")


def _around(body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<meta name="robots" content="noindex"><title>Testing a journey</title>'
        f'<link rel="stylesheet" href="{STYLE_PATH}"><main>{body}</main></html>'
    )
