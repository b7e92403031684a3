"""What this process remembers beside its database is known, and no test sees another's."""

import ast
from collections.abc import Iterator

import pytest

from dutydesk.chat.flows import post_mirror
from dutydesk.kernel.kinds import MessageKind
from dutydesk.outbox.flows import outbox
from dutydesk.ports.delivery import Delivery
from testing.house import HOUSE
from testing.memory import MEMORY, OF_THE_PROCESS, begin_anew

CONTAINERS = {"dict", "list", "set", "defaultdict", "deque", "WeakKeyDictionary"}
HELD = ast.Dict | ast.List | ast.Set


def changing(tree: ast.Module) -> Iterator[str]:
    """Name what a module keeps and changes: registers, and whatever it declares global."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            yield from node.names
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        made = node.value.func if isinstance(node.value, ast.Call) else None
        register = isinstance(node.value, HELD) or getattr(made, "id", "") in CONTAINERS
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [one.id for one in targets if isinstance(one, ast.Name)]
        yield from (name for name in names if register and name.lower() == name)


def test_every_register_of_the_process_is_known_to_the_tests() -> None:
    found = set()
    for file in HOUSE.rglob("*.py"):
        if "migrations" not in file.parts and file.name not in ("urls.py", "settings.py"):
            module = ".".join(file.relative_to(HOUSE).with_suffix("").parts)
            found |= {f"{module}.{name}" for name in changing(ast.parse(file.read_text()))}
    assert len(found) > 10
    assert found - set(MEMORY) - OF_THE_PROCESS == set()


class Nobody:
    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


def test_what_a_test_leaves_in_the_process_is_gone_after_it() -> None:
    kind, before = MessageKind("test.nobody"), post_mirror.chat()
    with pytest.MonkeyPatch.context() as patch:
        begin_anew(patch)
        outbox.know(kind)
        outbox.deliver_with(kind, Nobody())
        post_mirror.mirror_to("elsewhere")
        assert outbox.can_deliver(kind)
    assert not outbox.can_deliver(kind)
    assert not outbox.known(kind)
    assert post_mirror.chat() == before
