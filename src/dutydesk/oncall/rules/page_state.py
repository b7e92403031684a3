"""How a page stands, for whoever decides whether it is needed."""

from collections.abc import Mapping
from typing import Literal, get_args

PageState = Literal["none", "held", "calling", "acknowledged"]

OPEN_STATES: Mapping[str, PageState] = {state: state for state in get_args(PageState)}
