"""Where a request comes from, as far as the proxies can be believed that the operator named."""

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings

Address = IPv4Address | IPv6Address
Networks = Sequence[IPv4Network | IPv6Network]


def client_address(meta: Mapping[str, str]) -> str:
    """Give the address that a request comes from; "" if that can't be known.

    What a trusted proxy says is believed from the right: the first hop that is no such proxy.
    """
    trusted: Networks = settings.TRUSTED_PROXIES
    address = read_address(meta.get("REMOTE_ADDR", ""))
    if address is None:
        return ""
    for hop in reversed(meta.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        said = read_address(hop)
        if said is None or not _is_in(address, trusted):
            break
        address = said
    return str(address)


def _is_in(address: Address, networks: Networks) -> bool:
    return any(address in network for network in networks)


def read_address(text: str) -> Address | None:
    """Read one address, with or without a port, an IPv4 one inside IPv6 as itself; else None."""
    word = text.strip().strip('"')
    if word.startswith("["):
        word = word[1:].partition("]")[0]
    elif word.count(":") == 1:
        word = word.partition(":")[0]
    try:
        found = ip_address(word.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def household(address: str) -> str:
    """Give whose an address is, for counting: of IPv6 everybody has a network of their own."""
    found = read_address(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return address
