"""What a failed test tells beside its error: its desk's log and debts, and its windows."""

from collections.abc import Callable, Iterator

_tellers: list[tuple[str, Callable[[], str]]] = []


def tell(name: str, teller: Callable[[], str]) -> Callable[[], None]:
    """Let every test that fails from now on tell this as well; give what ends that."""
    mine = name, teller
    _tellers.append(mine)
    return lambda: _tellers.remove(mine)


def told() -> Iterator[tuple[str, str]]:
    """Give what there is to tell now, newest first; who can't tell says why."""
    for name, teller in reversed(_tellers):
        try:
            yield name, teller()
        except Exception as error:  # noqa: BLE001 -- a report must not hide the failure
            yield name, repr(error)
