"""The timeline: all that happened to one profile, newest first, merged from the tables that remember it.

    consent ───────┐
    subscription ──┤   each strand: rows of this profile, newest first,
    event ─────────┤   at most a page of them, by an index            ┌─► names of variants, journeys and restocks
    send ──────────┼──────────────────────────────► merge ──► a page ──┤
    trail ─────────┤                                                   └─► words
    waitlist ──────┘

Rows are ordered by (instant, rank of the strand, key in the strand), which no later row can come in between in the past
of a page that was read; so a cursor is the place of the last row that was shown. Ranks say what comes first when two
things carry the same instant: a send precedes the step that it makes the enrollment take.

Enrollments and sends keep the id of a profile that was merged away, so every strand is read for all ids of the person.
"""

from engine.store.timeline.items import KINDS, Kind, TimelineItem, TimelinePage, Tone
from engine.store.timeline.reading import read_timeline

__all__ = ["KINDS", "Kind", "TimelineItem", "TimelinePage", "Tone", "read_timeline"]
