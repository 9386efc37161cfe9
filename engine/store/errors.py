"""What a repository may not find.

StoreError
├── UnknownVariant       no variant of that name, in this source or in any
├── AmbiguousVariant     several sources have a variant of that name
├── UnknownSource        no source of that name
├── UnknownProfile       no profile with that id
├── UnknownJourney       no journey with that id
├── UnknownSegment       no segment with that id
├── SegmentNameTaken     another segment has that name
├── SegmentInUse         something refers to the segment
└── UnknownRecord        no enrollment, restock, movement or delivery with that id
"""


class StoreError(Exception):
    """The store cannot do this."""

    code = "store_error"


class UnknownVariant(StoreError):
    """No variant has this SKU or alias; send its product to the catalog first."""

    code = "unknown_variant"

    def __init__(self, sku: str) -> None:
        super().__init__(f"No variant has the SKU or alias {sku!r}; send its product to the catalog first.")
        self.sku = sku


class AmbiguousVariant(StoreError):
    """Several sources have a variant of this name; say which source is meant."""

    code = "ambiguous_variant"

    def __init__(self, sku: str) -> None:
        super().__init__(f"Several sources have a variant {sku!r}; say which source is meant.")
        self.sku = sku


class UnknownSource(StoreError):
    """No source has this name; create it first."""

    code = "unknown_source"

    def __init__(self, name: str) -> None:
        super().__init__(f"No source is named {name!r}; create it first.")
        self.name = name


class UnknownProfile(StoreError):
    """No profile has this id."""

    code = "unknown_profile"

    def __init__(self, profile_id: str) -> None:
        super().__init__(f"No profile has the id {profile_id!r}.")
        self.profile_id = profile_id


class UnknownJourney(StoreError):
    """No journey has this id."""

    code = "unknown_journey"

    def __init__(self, journey_id: str) -> None:
        super().__init__(f"No journey has the id {journey_id!r}.")
        self.journey_id = journey_id


class UnknownRecord(StoreError):
    """No record of this kind has this id."""

    code = "unknown_record"

    def __init__(self, kind: str, record_id: str) -> None:
        super().__init__(f"No {kind} has the id {record_id!r}.")
        self.kind = kind
        self.record_id = record_id


class UnknownSegment(StoreError):
    """No segment has this id."""

    code = "unknown_segment"

    def __init__(self, segment_id: str) -> None:
        super().__init__(f"No segment has the id {segment_id!r}.")
        self.segment_id = segment_id


class SegmentNameTaken(StoreError):
    """Another segment has this name; choose one that is free."""

    code = "segment_name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"Another segment is named “{name}”; choose a name that is free.")
        self.name = name


class SegmentInUse(StoreError):
    """The segment is used; take it out of the journeys and segments that name it, then delete it."""

    code = "segment_in_use"

    def __init__(self, name: str, users: list[str]) -> None:
        listed = ", ".join(f"“{user}”" for user in users)
        super().__init__(f"“{name}” is used by {listed}; take it out there, then delete it.")
        self.users = users
