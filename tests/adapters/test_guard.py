"""Which addresses the desk may be led to by what people type in."""

import socket

import pytest

from dutydesk.adapters.egress import Leash, NotAllowed


def may(address: str, *inside: str) -> bool:
    leash = Leash(inside)
    with socket.socket() as connection:
        try:
            leash.connect(connection, (address, 443))
        except NotAllowed:
            return False
        finally:
            leash.close()
    return True


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_what_is_public_may_be_reached(address: str) -> None:
    assert may(address)


INNER = """
    0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 127.1.2.3 169.254.169.254 172.16.0.1 192.168.1.1
    224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
    64:ff9b::7f00:1 2002:7f00:1:: 2002:a00:1:: fe80::1 fe80::1%eth0 fc00::1 fec0::1 ff02::1
    /run/socket
"""


@pytest.mark.parametrize("address", INNER.split())
def test_what_is_inner_may_not_however_it_is_written(address: str) -> None:
    assert not may(address)


def test_what_the_operator_names_may_be_reached_and_nothing_else() -> None:
    assert may("10.1.2.3", "10.1.2.0/24")
    assert may("::ffff:10.1.2.3", "10.1.2.0/24")
    assert not may("10.1.3.3", "10.1.2.0/24")
