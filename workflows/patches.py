"""Patches: changes of what a workflow does, each with the date from which on new runs do it.

A running enrollment goes on doing what it did; `workflow.patched` tells the two apart. A patch is never renamed, and
goes when no run from before its date is left.
"""

SLEEP_IN_A_NEW_RUN = "2026-11-22-sleep-in-a-new-run"
"""A long history goes on in a new run before a sleep, too, and not only before a wait for events."""
