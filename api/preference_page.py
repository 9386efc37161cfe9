"""The page behind the unsubscribe link: plain HTML that needs no script and no login, in the words of a person."""

from collections.abc import Sequence
from html import escape

from engine.store.unsubscribing import Preferences, SentTo, Standing

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.125rem; margin-top: 2rem; }
ul { list-style: none; padding: 0; }
li { display: flex; gap: 1rem; justify-content: space-between; align-items: center; padding: .5rem 0; }
li, .said { border-bottom: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
button { font: inherit; padding: .5rem 1rem; border-radius: .5rem; border: 1px solid currentColor; cursor: pointer;
  background: transparent; color: inherit; min-height: 2.75rem; }
button.first { background: CanvasText; color: Canvas; }
.said { padding: .75rem 0; font-weight: 600; }
.quiet { opacity: .7; }
"""
CHANNELS = {"web_push": "browser notifications", "email": "e-mail", "sms": "text messages", "mobile_push": "the app"}


def page(sent: SentTo, preferences: Preferences, path: str, *, done: bool) -> str:
    """The preference page of whoever got this message; `path` is where its forms go."""
    said = '<p class="said" role="status">Done. Your choice counts from now on.</p>' if done else ""
    return _around(
        f"<h1>Your messages</h1>{said}{_this_message(sent, preferences, path)}"
        f"<h2>What you hear about</h2>{_standings(preferences.standings, path)}"
        f"<h2>What you wait for</h2>{_waits(preferences, path)}"
    )


def lost() -> str:
    """The page for a link that is not one of ours."""
    return _around(
        "<h1>This link does not work</h1><p>It may have been cut in two on its way. Open it again from the message "
        "that it came with, or reply to that message.</p>"
    )


def _around(body: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<meta name="robots" content="noindex"><title>Your messages</title>'
        f'<link rel="stylesheet" href="/u/style.css"><main>{body}</main></html>'
    )


def _this_message(sent: SentTo, preferences: Preferences, path: str) -> str:
    current = next(
        (one for one in preferences.standings if (one.channel, one.topic) == (sent.channel, sent.topic)), None
    )
    if current is not None and not current.granted:
        return f"<p>You get no more {_channel(sent.channel)} about {_topic(sent.topic)}.</p>"
    words = f"Stop {_channel(sent.channel)} about {_topic(sent.topic)}"
    return _form(path, "unsubscribe", "1", words, is_first=True)


def _standings(standings: Sequence[Standing], path: str) -> str:
    if not standings:
        return '<p class="quiet">You have not agreed to any messages.</p>'
    return f"<ul>{''.join(_standing(one, path) for one in standings)}</ul>"


def _standing(one: Standing, path: str) -> str:
    words = f"{_channel(one.channel).capitalize()} about {_topic(one.topic)}"
    if one.granted:
        return f"<li><span>{words}</span>{_form(path, 'withdraw', one.name, 'Stop')}</li>"
    return f'<li><span class="quiet">{words}: off</span>{_form(path, "grant", one.name, "Start")}</li>'


def _waits(preferences: Preferences, path: str) -> str:
    if not preferences.waits:
        return '<p class="quiet">You are not waiting for anything.</p>'
    items = (
        f"<li><span>{escape(one.product)}, {escape(one.variant)} "
        f'<span class="quiet">since {one.since:%d %B %Y}</span></span>'
        f"{_form(path, 'close', one.entry_id, 'Stop waiting')}</li>"
        for one in preferences.waits
    )
    return f"<ul>{''.join(items)}</ul>"


def _form(path: str, name: str, value: str, words: str, *, is_first: bool = False) -> str:
    kind = ' class="first"' if is_first else ""
    return (
        f'<form method="post" action="{escape(path)}"><button{kind} name="{name}" value="{escape(value)}">'
        f"{escape(words)}</button></form>"
    )


def _channel(channel: str) -> str:
    return escape(CHANNELS.get(channel, channel))


def _topic(topic: str) -> str:
    return "what is back in stock" if topic == "back_in_stock" else escape(topic.replace("_", " "))
