"""What a repository may not find.

StoreError
├── UnknownVariant       no variant of that name, in this source or in any
├── AmbiguousVariant     several sources have a variant of that name
├── UnknownSource        no source of that name
├── UnknownProfile       no profile with that id
├── UnknownJourney       no journey with that id
├── JourneyNameTaken     another journey has that name
├── JourneyRunning       the journey must be ended before
├── JourneyNotReady      the draft has problems that keep it from being published
├── StatusRefused        a journey does not go from this status to that one
├── DraftConflict        somebody else saved the draft meanwhile
├── ReleaseOver          the release has ended already
├── EnrollmentOver       the enrollment has ended already
├── WaitNotSkippable     the enrollment is in no wait that time would end
├── JourneyNotEntered    calls do not let profiles into this journey now
├── UnknownSegment       no segment with that id
├── SegmentNameTaken     another segment has that name
├── SegmentInUse         something refers to the segment
├── ApprovalNeeded       a second person must approve the launch
├── OwnLaunchRequest     nobody approves what they asked for themselves
├── LaunchRequestDecided the request is not open any more
├── MemberEmailTaken     another member of staff has that e-mail address
├── LastAdmin            nobody else could let people in
└── UnknownRecord        no enrollment, release, restock, movement or delivery with that id
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.journey.problems import Problem


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


class JourneyNameTaken(StoreError):
    """Another journey has this name; choose another one."""

    code = "journey_name_taken"

    def __init__(self, name: str) -> None:
        super().__init__(f"Another journey is named “{name}”; choose another name.")
        self.name = name


class JourneyRunning(StoreError):
    """The journey lets profiles in, or could again; end it first."""

    code = "journey_running"

    def __init__(self, status: str) -> None:
        super().__init__(f"The journey's status is {status}; end it first.")
        self.status = status


class StatusRefused(StoreError):
    """The journey does not go from its status to this one."""

    code = "status_refused"

    def __init__(self, status: str, to: str, detail: str) -> None:
        super().__init__(f"The journey's status is {status}, and it does not become {to}: {detail}")
        self.status = status


class DraftConflict(StoreError):
    """Somebody else saved the draft meanwhile; look at what they did, then save yours or take theirs.

    `members` are what the problem document carries beside its sentence: the draft as it is now.
    """

    code = "draft_conflict"

    def __init__(self, members: Mapping[str, Any]) -> None:
        super().__init__(f"{members['saved_by'] or 'Somebody'} saved this draft meanwhile; read it again and decide.")
        self.members = members


@dataclass(frozen=True, slots=True)
class FieldTrouble:
    """A field of a document that cannot be used, as a refusal names it."""

    field: str
    code: str
    detail: str


class JourneyNotReady(StoreError):
    """The draft cannot be published; each of its problems says where it is and how to put it right."""

    code = "journey_not_ready"

    def __init__(self, problems: Sequence[Problem]) -> None:
        blocking = [problem for problem in problems if problem.is_blocking]
        super().__init__(f"{len(blocking)} problems keep this journey from being published; solve them first.")
        self.problems = tuple(problems)
        self.field_problems = tuple(
            FieldTrouble(".".join(part for part in (one.node, one.field) if part) or "document", one.code, one.sentence)
            for one in blocking
        )


class ReleaseOver(StoreError):
    """The release has ended; the next restock begins another one."""

    code = "release_over"

    def __init__(self, release_id: str) -> None:
        super().__init__(f"Release {release_id} has ended; the next restock begins another one.")


class JourneyNotEntered(StoreError):
    """Calls do not let profiles into this journey now; its entry must say so, and it must be open."""

    code = "journey_not_entered"


class EnrollmentOver(StoreError):
    """The enrollment has ended; nothing can be done with it any more."""

    code = "enrollment_over"

    def __init__(self, enrollment_id: str) -> None:
        super().__init__(f"Enrollment {enrollment_id} has ended, so nothing can be done with it any more.")


class WaitNotSkippable(StoreError):
    """The enrollment is in no wait that time would end; move it to the node where it should go on."""

    code = "wait_not_skippable"

    def __init__(self, enrollment_id: str) -> None:
        super().__init__(
            f"Enrollment {enrollment_id} is in no wait that time would end; move it to the node where it should go on."
        )


class MemberEmailTaken(StoreError):
    """Another member of staff has this e-mail address; open her account again, or use another address."""

    code = "member_email_taken"

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class LastAdmin(StoreError):
    """This is the last admin; make somebody else an admin first."""

    code = "last_admin"

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class ApprovalNeeded(StoreError):
    """A second person must approve this launch; ask for one in the launch panel, or by a launch request."""

    code = "approval_needed"

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class OwnLaunchRequest(StoreError):
    """You asked for this launch yourself; somebody else must approve it."""

    code = "own_launch_request"

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class LaunchRequestDecided(StoreError):
    """This request is not open any more; read it again."""

    code = "launch_request_decided"

    def __init__(self, state: str) -> None:
        super().__init__(f"This request is not open any more ({state}); read it again.")
