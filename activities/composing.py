"""From rows to a message: the addresses a profile has on a channel, and the context its merge tags read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from activities.errors import UnknownMessage
from engine.guardrails.products import Item
from engine.guardrails.settings import Guardrails, guardrails_of
from engine.journey.splits import Slice
from engine.journey.version import JourneyVersion
from engine.links import (
    OPEN_PATH,
    OPEN_TARGET,
    UNSUBSCRIBE_PATH,
    UNSUBSCRIBE_TARGET,
    click_path,
    open_path,
    sign_click,
    unsubscribe_path,
)
from engine.messages.addresses import (
    APP_SCHEME,
    Address,
    CustomAddress,
    DeviceToken,
    EmailAddress,
    PhoneNumber,
    PushAddress,
    WebhookAddress,
)
from engine.messages.blocks import ItemBlock
from engine.messages.content import EmailContent, MessageContent, MobilePushContent, WebPushContent, parse_messages
from engine.messages.context import RenderContext
from engine.messages.links import LinkPolicy
from engine.messages.money import Money
from engine.messages.render import CompiledMessage, compiled
from engine.messages.rendered import RenderedMessage
from engine.messages.store_links import StoreLinks, item_links
from engine.messages.variants import BASE, content_name, contents_of, slices_of, variant_for
from engine.store.delivery import DeliveryWorld, Row, custom_address, custom_hash
from engine.store.ids import address_hash


@dataclass(frozen=True, slots=True)
class Reach:
    """One address of a profile. `subscription` is the push subscription's id, so that a dead one can be removed."""

    hash: str
    address: Address
    subscription: str | None = None


def reaches(world: DeliveryWorld, channel: str) -> list[Reach]:
    """Every address that the profile has on the channel; for a push, every browser or app that can get one.

    A webhook goes to a system of the shop, whose address the message itself names.
    """
    match channel:
        case "web_push":
            return [
                Reach(
                    address_hash(row["endpoint"]),
                    PushAddress(endpoint=row["endpoint"], p256dh=row["p256dh"], auth=row["auth"]),
                    row["id"],
                )
                for row in world.subscriptions
            ]
        case "mobile_push":
            return [
                Reach(
                    address_hash(row["endpoint"]),
                    DeviceToken(token=row["endpoint"].removeprefix(APP_SCHEME)),
                    row["id"],
                )
                for row in world.subscriptions
            ]
        case "email":
            email = world.profile["email"]
            return [Reach(address_hash(email), EmailAddress(address=email))] if email else []
        case "sms":
            phone = world.profile["phone"]
            return [Reach(address_hash(phone), PhoneNumber(number=phone))] if phone else []
        case "webhook":
            return [Reach(address_hash("webhook"), WebhookAddress(url=""))]
        case _:
            return []


def custom_reaches(world: DeliveryWorld, channel: str, attribute: str | None) -> list[Reach]:
    """Where a plugin's channel reaches the profile: by this attribute, or the one place of the shop's own."""
    address = channel if attribute is None else custom_address(world.profile, attribute)
    if address is None:
        return []
    return [Reach(custom_hash(channel, address), CustomAddress(channel=channel, value=address))]


class Composer:
    """Builds the context of a message. `secret` seals the tokens of its links; `asks_opens` puts the pixel in."""

    def __init__(self, public_url: str, secret: str, *, asks_opens: bool = False) -> None:
        self._public_url = public_url
        self._secret = secret
        self._targets = (UNSUBSCRIBE_TARGET, OPEN_TARGET) if asks_opens else (UNSUBSCRIBE_TARGET,)

    @property
    def sample_ways(self) -> dict[str, str]:
        """What stands for the send's own addresses where nobody may follow them: in previews and on the pages."""
        paths = {UNSUBSCRIBE_TARGET: UNSUBSCRIBE_PATH, OPEN_TARGET: OPEN_PATH}
        return {target: f"{self._public_url}{paths[target]}preview" for target in self._targets}

    def link(self, send_id: str, target: str) -> str:
        """The address that a message carries for one of its targets."""
        if target == UNSUBSCRIBE_TARGET:
            return self._public_url + unsubscribe_path(self._secret, send_id)
        if target == OPEN_TARGET:
            return self._public_url + open_path(self._secret, send_id)
        return self._public_url + click_path(sign_click(self._secret, send_id, target))

    def context(self, world: DeliveryWorld, *, send_id: str, journey: str, event: dict[str, Any]) -> RenderContext:
        """The merge tags of one message to one profile, with click links that carry the send's id."""

        def link_for(target: str, url: str) -> str:  # noqa: ARG001 - the rendering keeps the URL, the token names it
            return self.link(send_id, target)

        return RenderContext(
            send_id=send_id,
            profile=_profile_tags(world.profile),
            product=_product_tags(world, world.product, world.variant),
            variant=_variant_tags(world.variant, world.available),
            latest=_latest_tags(world),
            event=event,
            journey={"name": journey},
            links={target: self.link(send_id, target) for target in self._targets},
            link_for=link_for,
            link_policy=_policy(world),
        )


def tags_of(world: DeliveryWorld) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What is known of profile, product and variant, by the names of the merge tags."""
    product = _product_tags(world, world.product, world.variant)
    return _profile_tags(world.profile), product, _variant_tags(world.variant, world.available)


def _policy(world: DeliveryWorld) -> LinkPolicy:
    """Links made from data may lead to the shop that a product came from, and nowhere else."""
    products = [one for one in (world.product, world.latest[1] if world.latest else None) if one is not None]
    stores = tuple(filter(None, (world.store_links.get(one["source_id"]) for one in products)))
    return _policy_for(stores, *(str(product["url"]) for product in products))


@lru_cache(maxsize=256)
def _policy_for(stores: tuple[StoreLinks, ...], *urls: str) -> LinkPolicy:
    hosts = (host for url in urls if (host := urlsplit(url).hostname))
    return LinkPolicy(allowed_domains=(*hosts, *(host for store in stores for host in store.hosts)))


def _profile_tags(profile: Row) -> dict[str, Any]:
    named = ("first_name", "last_name", "email", "phone", "language", "country", "external_id")
    return {**profile["attributes"], **{name: profile[name] for name in named}}


def _product_tags(world: DeliveryWorld, product: Row | None, variant: Row | None) -> dict[str, Any]:
    if product is None or variant is None:
        return {}
    url, store = variant["url"] or product["url"], world.store_links.get(product["source_id"])
    acts = {} if store is None else item_links(store, sku=variant["sku"], product_id=product["external_id"], url=url)
    return {
        **acts,
        "name": product["title"],
        "description": product["description"],
        "url": url,
        "image_url": variant["image_url"] or product["image_url"],
        "price": _money(variant["price_minor"], variant["currency"]),
        "original_price": _money(variant["original_price_minor"], variant["currency"]),
    }


def _variant_tags(variant: Row | None, available: int | None) -> dict[str, Any]:
    if variant is None:
        return {}
    return {
        "sku": variant["sku"],
        "title": variant["title"],
        "url": variant["url"],
        "options": variant["options"],
        "available": available,
    }


def _latest_tags(world: DeliveryWorld) -> dict[str, dict[str, Any]]:
    if world.latest is None:
        return {}
    variant, product = world.latest
    return {"product": _product_tags(world, product, variant), "variant": _variant_tags(variant, None)}


def _money(minor: int | None, currency: str | None) -> Money | None:
    return None if minor is None or currency is None else Money(amount=minor, currency=currency)


def item_of(world: DeliveryWorld) -> Item | None:
    """The variant that the message is about, as product filters and purchases speak of it."""
    product, variant = world.product, world.variant
    if product is None or variant is None:
        return None
    return Item(
        sku=variant["sku"],
        product_id=product["external_id"],
        price=variant["price_minor"],
        original_price=variant["original_price_minor"],
        currency=variant["currency"],
        attributes=product["attributes"],
    )


@dataclass(frozen=True, slots=True)
class _Kept:
    contents: dict[str, MessageContent]
    messages: dict[str, CompiledMessage]
    guardrails: Guardrails
    slices: Mapping[str, tuple[Slice, ...]]
    asking_latest: frozenset[str]


def _asks_latest(content: MessageContent | None) -> bool:
    blocks = content.blocks if isinstance(content, EmailContent) else ()
    return any(isinstance(block, ItemBlock) and block.item == "latest" for block in blocks)


class MessageLibrary:
    """The messages and guardrails of published versions, parsed and compiled once."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], _Kept] = {}

    def guardrails(self, version: JourneyVersion) -> Guardrails:
        """The version's guardrails."""
        return self._of(version).guardrails

    def life(self, version: JourneyVersion, name: str) -> timedelta | None:
        """How long the message called `name` is worth sending; None when it is not said, or now or never."""
        content = self._of(version).contents.get(name)
        return content.ttl or None if isinstance(content, WebPushContent | MobilePushContent) else None

    def asks_latest(self, version: JourneyVersion, name: str) -> bool:
        """Whether the message called `name` shows the item that was restocked last."""
        return name in self._of(version).asking_latest

    def variant(self, version: JourneyVersion, name: str, *, node: str, profile: str) -> str | None:
        """Which of the message's variants this profile gets at this node; None when it has none."""
        slices = self._of(version).slices.get(name)
        if slices is None:
            return None
        return variant_for(slices, journey=version.journey, node=node, profile=profile)

    def render(
        self, version: JourneyVersion, name: str, context: RenderContext, variant: str | None = None
    ) -> RenderedMessage:
        """The version's message called `name`, or this variant of it, as this context gives it.

        Raises:
            MessageError: it cannot be rendered for this profile.
            UnknownMessage: the version has no such message; validation refuses such a journey.
        """
        try:
            message = self._of(version).messages[content_name(name, variant or BASE)]
        except KeyError:
            raise UnknownMessage(name) from None
        return message.render(context)

    def _of(self, version: JourneyVersion) -> _Kept:
        key = (version.journey, version.number)
        kept = self._kept.get(key)
        if kept is None:
            contents = parse_messages(version.document.messages)
            messages = {name: compiled(content) for name, content in contents.items()}
            raws = version.document.messages
            kept = _Kept(
                contents,
                messages,
                guardrails_of(version.document.settings.guardrails),
                {name: slices_of(raw) for name, raw in raws.items() if raw.get("variants")},
                frozenset(
                    name
                    for name, raw in raws.items()
                    if any(map(_asks_latest, map(contents.get, contents_of(name, raw))))
                ),
            )
            self._kept[key] = kept
        return kept
