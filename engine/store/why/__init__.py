"""Why, and why not: for a person, a journey and an occasion, one answer in a sentence and the chain that leads to it.

    occasion        a restock of a variant, an event of the person, or a day on which either happened
       │
       ├─ was it known?  was the journey open?  did the trigger match?     from what was recorded then
       ├─ was the person waiting?  in the release's order, and where?      (restocks)
       ├─ in the audience?  allowed to enter again?                        (events)
       │        └──► the entry decision as it is computed again, compared with what was recorded
       │
       └─ where did the passage lead, which guard refused with which inputs, what did the provider say?

Nothing here is kept for this purpose: the answer is read from the rows that the journey itself went by. What changes
without leaving a record (attributes of a profile) is as it is today, and the finding says so.
"""

from engine.store.why.answers import explain
from engine.store.why.findings import Answer, Finding, Occasion
from engine.store.why.occasions import list_occasions

__all__ = ["Answer", "Finding", "Occasion", "explain", "list_occasions"]
