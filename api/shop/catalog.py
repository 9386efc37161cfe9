"""What the demo shop sells: Tinde & Garn, gear and knitwear that exists only here.

``demo_catalog`` and ``initial_stock`` are what the shop tells Waitline at its first start; the pages read ``PRODUCTS``.
Prices are euro cents.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from api.shop.pictures.canvas import BERRY, CREAM, INK, MOSS, PINE, RUST, SAND, SLATE, Dye
from engine.store.catalog_updates import ProductEntry, VariantEntry

CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class ShopVariant:
    """One size or colour of a product. ``on_hand`` is the stock that the demo starts with."""

    sku: str
    title: str
    on_hand: int
    dye: Dye


@dataclass(frozen=True, slots=True)
class ShopProduct:
    """A product and what its page says. ``option`` names what its variants differ in."""

    handle: str
    title: str
    group: str
    tagline: str
    description: str
    details: tuple[str, ...]
    drawing: str
    price: int
    option: str
    variants: tuple[ShopVariant, ...]
    original_price: int | None = None

    def variant(self, sku: str | None) -> ShopVariant | None:
        """The variant of this SKU, if it is one of this product's."""
        return next((variant for variant in self.variants if variant.sku == sku), None)


def _sizes(prefix: str, dye: Dye, on_hand: Mapping[str, int]) -> tuple[ShopVariant, ...]:
    return tuple(ShopVariant(f"{prefix}-{size}", size, quantity, dye) for size, quantity in on_hand.items())


def _colours(prefix: str, *colours: tuple[str, Dye, int]) -> tuple[ShopVariant, ...]:
    return tuple(ShopVariant(f"{prefix}-{name.upper()}", name, quantity, dye) for name, dye, quantity in colours)


PRODUCTS: tuple[ShopProduct, ...] = (
    ShopProduct(
        handle="fjell",
        title="Fjell rain jacket",
        group="Outdoors",
        tagline="Three layers against sideways rain",
        description="A quiet shell for loud weather. The yoke is lined with brushed wool, so it feels like a coat and "
        "dries like a jacket.",
        details=("Taped seams, two-way zip", "Hood that turns with you", "Repaired free of charge for ten years"),
        drawing="jacket",
        price=24900,
        option="Size",
        variants=_sizes("FJELL", PINE, {"XS": 4, "S": 7, "M": 0, "L": 3, "XL": 0}),
    ),
    ShopProduct(
        handle="lyng",
        title="Lyng hiking boots",
        group="Outdoors",
        tagline="Resoleable, waxed, in no hurry",
        description="Full-grain leather on a sole that can be replaced. They ask for a week of patience and give ten "
        "years back.",
        details=("Stitched welt, cork footbed", "Merino lining", "Comes with a tin of wax"),
        drawing="boots",
        price=21900,
        option="Size",
        variants=_sizes("LYNG", RUST, {"38": 2, "39": 0, "40": 5, "41": 0, "42": 1}),
    ),
    ShopProduct(
        handle="tur",
        title="Tur 28 backpack",
        group="Outdoors",
        tagline="A day's worth, and a mat",
        description="Twenty-eight litres in waxed cotton, with a lid that closes over more than it should. The mat "
        "underneath is for sitting down early.",
        details=("Waxed organic cotton", "Fits a 15-inch laptop", "1.1 kg"),
        drawing="backpack",
        price=14900,
        option="Colour",
        variants=_colours("TUR", ("Moss", MOSS, 6), ("Slate", SLATE, 0), ("Rust", RUST, 4)),
    ),
    ShopProduct(
        handle="snurr",
        title="Snurr beanie",
        group="Knitwear",
        tagline="Knitted round and round",
        description="Lambswool from one valley, spun by one mill, knitted on a machine older than the designer. The "
        "pompom comes off for the wash.",
        details=("100 % lambswool", "Wash by hand", "One size that gives"),
        drawing="beanie",
        price=3900,
        option="Colour",
        variants=_colours("SNURR", ("Berry", BERRY, 0), ("Pine", PINE, 9), ("Ink", INK, 5), ("Sand", SAND, 0)),
    ),
    ShopProduct(
        handle="ro",
        title="Ro wool blanket",
        group="Knitwear",
        tagline="For porches in all seasons",
        description="Heavy, soft and striped. Woven from the wool that was left over from everything else, which is "
        "why the stripes change with the year.",
        details=("130 by 200 cm", "Recycled lambswool", "Fringes knotted by hand"),
        drawing="blanket",
        price=12900,
        option="Colour",
        variants=_colours("RO", ("Sand", SAND, 8), ("Slate", SLATE, 3), ("Berry", BERRY, 0)),
    ),
    ShopProduct(
        handle="hvil",
        title="Hvil tent for two",
        group="Camp",
        tagline="Up before the kettle boils",
        description="One pole, nine pegs, no instructions. In the evening it glows like a window you are glad to see.",
        details=("Cotton canvas, breathes", "Pitches in four minutes", "3.9 kg"),
        drawing="tent",
        price=32900,
        original_price=38900,
        option="Colour",
        variants=_colours("HVIL", ("Rust", RUST, 2), ("Moss", MOSS, 0)),
    ),
    ShopProduct(
        handle="gnist",
        title="Gnist enamel mug",
        group="Camp",
        tagline="Dents, and keeps its stories",
        description="Steel under two coats of enamel, painted by hand, so no two ranges of hills are alike.",
        details=("0.4 litres", "Open fire, dishwasher, both", "Painted in small batches"),
        drawing="mug",
        price=1900,
        option="Colour",
        variants=_colours("GNIST", ("Cream", CREAM, 24), ("Sand", SAND, 11), ("Slate", SLATE, 0)),
    ),
    ShopProduct(
        handle="lykt",
        title="Lykt lantern",
        group="Camp",
        tagline="Enough light to find the cheese",
        description="Forty hours of lamp oil behind hand-blown glass. We make two hundred a year, and then the glass "
        "blower goes fishing.",
        details=("Hand-blown glass", "Burns lamp oil or candles", "28 cm tall"),
        drawing="lantern",
        price=7900,
        option="Colour",
        variants=_colours("LYKT", ("Slate", SLATE, 0), ("Pine", PINE, 0)),
    ),
)


def find_product(handle: str) -> ShopProduct | None:
    """The product with this handle in its address."""
    return next((product for product in PRODUCTS if product.handle == handle), None)


def find_variant(sku: str) -> tuple[ShopProduct, ShopVariant] | None:
    """The variant of this SKU, with its product."""
    return next(((product, found) for product in PRODUCTS if (found := product.variant(sku))), None)


def initial_stock() -> dict[str, int]:
    """What is on hand when the demo starts, by SKU."""
    return {variant.sku: variant.on_hand for product in PRODUCTS for variant in product.variants}


def demo_catalog(public_url: str) -> list[ProductEntry]:
    """The catalog as the shop describes it to Waitline; addresses begin with ``public_url``."""
    return [_entry(product, f"{public_url.rstrip('/')}/shop") for product in PRODUCTS]


def _entry(product: ShopProduct, shop: str) -> ProductEntry:
    page = f"{shop}/products/{product.handle}"
    variants = [
        VariantEntry(
            sku=variant.sku,
            title=f"{product.option} {variant.title}" if product.option == "Size" else variant.title,
            price=product.price,
            original_price=product.original_price,
            currency=CURRENCY,
            options={product.option.lower(): variant.title},
            url=f"{page}?variant={variant.sku}",
            image_url=f"{shop}/pictures/{variant.sku}.svg",
        )
        for variant in product.variants
    ]
    return ProductEntry(
        id=product.handle,
        title=product.title,
        url=page,
        description=product.description,
        image_url=variants[0].image_url,
        attributes={"group": product.group},
        variants=variants,
    )
