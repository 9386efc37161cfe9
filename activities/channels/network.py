"""Which addresses strangers may make us call.

A push endpoint comes from a stranger's browser and a webhook's URL from a form: either could name a machine inside our
own network. The guard stands where a socket is made, so it sees the very address that is about to be called, whatever
name, spelling or changing DNS answer led to it; connections that are kept cost nothing more. Redirects are never
followed.
"""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
SocketFactory = Callable[[tuple[Any, ...]], socket.socket]
NOT_PUBLIC = "Its host is not on the public internet."
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # NAT64: the last four bytes are an IPv4 address


class ForbiddenAddress(OSError):
    """The host is a private, loopback, link-local, multicast or otherwise special address."""

    def __init__(self) -> None:
        super().__init__(NOT_PUBLIC)


def is_public(address: IpAddress) -> bool:
    """Whether the address belongs to the public internet, whichever way it is wrapped."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if address in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner:
            return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def guarded_socket(address_info: tuple[Any, ...]) -> socket.socket:
    """A socket for the address, unless it is a forbidden one: aiohttp's `socket_factory`."""
    family, kind, protocol, _, address = address_info
    if not is_public(ipaddress.ip_address(address[0].partition("%")[0])):
        raise ForbiddenAddress
    return socket.socket(family, kind, protocol)


def endpoint_problem(url: str, *, allow_private: bool) -> str | None:
    """What is wrong with an endpoint that a stranger hands us, as far as its spelling shows; None when nothing is."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "It is not a URL."
    if not host or parts.username is not None or parts.scheme not in {"https", "http"}:
        return "It must be an absolute https URL without credentials."
    return None if allow_private else _public_problem(parts.scheme, host)


def _public_problem(scheme: str, host: str) -> str | None:
    if scheme != "https":
        return "It must be an https URL."
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return NOT_PUBLIC
    literal = _literal_address(host)
    return None if literal is None or is_public(literal) else NOT_PUBLIC


def _literal_address(host: str) -> IpAddress | None:
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))  # knows every legacy spelling: 0x7f.1, 2130706433
    except OSError:
        try:
            return ipaddress.IPv6Address(host)
        except ValueError:
            return None
