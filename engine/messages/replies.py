"""What people answer to a text message: the words that carriers and laws give a meaning to.

The words are those that Twilio itself acts on (English, its defaults); anything else is a reply for people to read.
"""

import re
from enum import StrEnum

_STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
_START = frozenset({"start", "yes", "unstop"})
_HELP = frozenset({"help", "info"})
_EDGES = re.compile(r"^[\s\W_]+|[\s\W_]+$")


class ReplyMeaning(StrEnum):
    """What a reply asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    OTHER = "other"


def read_reply(text: str) -> ReplyMeaning:
    """What the reply asks for. Only the word alone counts, in any case, with white space or punctuation around it."""
    word = _EDGES.sub("", text).lower()
    if word in _STOP:
        return ReplyMeaning.STOP
    if word in _START:
        return ReplyMeaning.START
    return ReplyMeaning.HELP if word in _HELP else ReplyMeaning.OTHER
