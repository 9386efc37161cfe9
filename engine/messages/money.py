"""Money as people read it: integer minor units with a currency (ISO 4217)."""

from engine.currencies import minor_unit_places
from engine.model import Frozen

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹", "KRW": "₩", "ILS": "₪", "UAH": "₴", "VND": "₫"}
_COMMA_LANGUAGES = frozenset(
    ["cs", "da", "de", "es", "fi", "fr", "it", "nb", "nl", "nn", "no", "pl", "pt", "ru", "sv", "tr", "uk"]
)
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


class Money(Frozen):
    """An amount in the currency's minor units: `Money(amount=4990, currency="EUR")` is €49.90."""

    amount: int
    currency: str

    def __str__(self) -> str:
        return self.written()

    def written(self, language: str = "en") -> str:
        """The amount with its symbol or code, the way the language writes it: €49.90 or 49,90 €."""
        places = minor_unit_places(self.currency)
        whole, fraction = divmod(abs(self.amount), 10**places)
        has_comma = language.split("-", maxsplit=1)[0].lower() in _COMMA_LANGUAGES
        number = f"{whole:,}".replace(",", "." if has_comma else ",")
        if places:
            number = f"{number}{',' if has_comma else '.'}{fraction:0{places}d}"
        sign = "-" if self.amount < 0 else ""
        symbol = _SYMBOLS.get(self.currency)
        if symbol is None or has_comma:
            return f"{sign}{number}{NO_BREAK_SPACE}{symbol or self.currency}"
        return f"{sign}{symbol}{number}"
