"""The journey language: graphs, versions, and one pure interpreter, `advance`.

This room knows no clock, no chance, no network and no database. Time arrives as `now`, data as `Facts`, chance as a
hash. It may be imported inside a Temporal workflow, so it imports the standard library and pydantic only.

    version ─┐
    state ───┤
    facts ───┼──►  advance  ──►  new state (with its trail)  +  one decision
    now ─────┘                                                    │
       ▲                                                          ▼
       └───────────── what came back ◄──────────── carried out by a workflow, a simulator or a test
"""
