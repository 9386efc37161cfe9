"""Product pictures, drawn as SVG by code: no files, any colour, sharp at any size."""

from collections.abc import Callable, Mapping

from api.shop.pictures.camp import blanket, lantern, mug, tent
from api.shop.pictures.canvas import Dye
from api.shop.pictures.clothing import backpack, beanie, boots, jacket

DRAWINGS: Mapping[str, Callable[[str, Dye], str]] = {
    "jacket": jacket,
    "boots": boots,
    "backpack": backpack,
    "beanie": beanie,
    "tent": tent,
    "mug": mug,
    "lantern": lantern,
    "blanket": blanket,
}
"""Each takes a title, which screen readers say, and a dye."""
