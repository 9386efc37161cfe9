"""The garbage collector of a process that serves for a long time."""

import gc

COLLECT_AFTER = 50_000


def calm_the_collector() -> None:
    """Leave what was imported out of every garbage collection, and collect less often.

    API and worker make many short-lived objects and hardly any cycles; with Python's own thresholds a sixth of their
    time went into walking the same half million objects again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 100)
