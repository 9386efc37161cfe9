"""What is known when a message is rendered: the merge tags' values, and how links are made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.messages.links import LinkFor, LinkPolicy

Tags = Mapping[str, Any]
TAG_ROOTS = ("profile", "product", "variant", "event", "journey", "links")


def keep_link(target: str, url: str) -> str:  # noqa: ARG001 - the signature of every LinkFor
    """The link itself: for previews, and where clicks are not counted."""
    return url


@dataclass(frozen=True, slots=True)
class RenderContext:
    """The values behind the merge tags of one message to one profile.

    Each root (`profile`, `product`, `variant`, `event`, `journey`) is a mapping; values are text, numbers, booleans,
    `Money`, instants, mappings or sequences of these. `links` holds ready addresses, such as `unsubscribe`.
    `link_for(target, url)` gives the click link that counts a target and then leads to `url`. `send_id` is the
    ledger's id of this send; clicks carry it back. `latest` holds `product` and `variant` of the item that was
    restocked last among all that the profile waited for; empty where nobody asks for it.
    """

    send_id: str
    profile: Tags = field(default_factory=dict[str, Any])
    product: Tags = field(default_factory=dict[str, Any])
    variant: Tags = field(default_factory=dict[str, Any])
    event: Tags = field(default_factory=dict[str, Any])
    journey: Tags = field(default_factory=dict[str, Any])
    latest: Mapping[str, Tags] = field(default_factory=dict[str, Tags])
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    link_for: LinkFor = keep_link
    link_policy: LinkPolicy = field(default_factory=LinkPolicy)

    def tags(self) -> dict[str, Any]:
        """The roots by name, as templates see them."""
        return {
            "profile": self.profile,
            "product": self.product,
            "variant": self.variant,
            "event": self.event,
            "journey": self.journey,
            "links": self.links,
        }
