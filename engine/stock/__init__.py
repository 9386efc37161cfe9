"""Stock: what there is, what counts as a restock, and who of those waiting is let in first and how many.

    levels ──► available ──► crossing? ──► restock ──► allowance ──► the next batch of the line

All pure: quantities and instants come in, answers go out.
"""
