"""Which language a request asks for (RFC 9110, 12.5.4): of those that there are words in, the one it likes best."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Annotated

from pydantic import PlainSerializer
from starlette.types import Scope

from api.languages.german import german
from api.languages.sentences import Translation

TRANSLATIONS: Mapping[str, Callable[[], Translation]] = {"de": german}
"""Every language besides English, in which the sentences are written."""
_MOST_ASKED = 20

_asked: ContextVar[Translation | None] = ContextVar("translation", default=None)


@contextmanager
def answering(scope: Scope) -> Generator[None]:
    """Speak the language that this request asks for, as long as it is answered."""
    header = next((value for name, value in scope["headers"] if name == b"accept-language"), None)
    if header is None:
        yield
        return
    language = language_of(header.decode("latin-1"))
    token = _asked.set(TRANSLATIONS[language]() if language in TRANSLATIONS else None)
    try:
        yield
    finally:
        _asked.reset(token)


def language_of(header: str) -> str:
    """The language of an Accept-Language that is liked best and spoken here; English where none is."""
    liked: dict[str, float] = {}
    for part in header.split(",")[:_MOST_ASKED]:
        tag, _, weight = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language == "en" or language in TRANSLATIONS:
            liked[language] = max(liked.get(language, 0), _weight(weight))
    best = max(liked, key=liked.__getitem__, default="en")
    return best if liked.get(best) else "en"


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


def in_asked_language(sentence: str) -> str:
    """A sentence of ours in the language of the request that is being answered."""
    translation = _asked.get()
    return sentence if translation is None else translation.of(sentence)


Sentence = Annotated[str, PlainSerializer(in_asked_language, when_used="json")]
"""A field that people read: written in English, sent in the language that was asked for."""
