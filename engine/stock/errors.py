"""What can go wrong with stock and waiting.

StockError
└── IllegalTransition    a waitlist entry was asked to go where its state does not lead
"""


class StockError(Exception):
    """The rules of stock and waiting do not allow this."""

    code = "stock_error"


class IllegalTransition(StockError):
    """A waitlist entry cannot go from its state to that one; only open entries close, and closed ones stay closed."""

    code = "illegal_transition"

    def __init__(self, before: str, after: str) -> None:
        super().__init__(f"A waitlist entry that is {before} cannot become {after}.")
