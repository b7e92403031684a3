"""A port of a room has nobody, and then whoever was connected last."""

from dutydesk.kernel.connected import Connected


def test_whoever_was_connected_last_answers() -> None:
    port = Connected[str]()
    assert port.who is None
    port.connect("Ada")
    port.connect("Ben")
    assert port.who == "Ben"
    assert Connected[str]().who is None
