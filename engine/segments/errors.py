"""What can go wrong with segments.

SegmentError
└── SegmentLoop    a segment asks, directly or by others, whether a profile is in itself
"""


class SegmentError(Exception):
    """The segment cannot be asked."""

    code = "segment_error"


class SegmentLoop(SegmentError):
    """A segment must not ask about itself; change the condition of one of the segments in the circle."""

    code = "segment_loop"

    def __init__(self, segment: str) -> None:
        super().__init__(
            f"The segment “{segment}” asks about itself; change its condition, or that of one it asks about."
        )
        self.segment = segment
