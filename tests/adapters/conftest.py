"""What the tests of the adapters share: a workspace at Slack."""

from collections.abc import Iterator

import pytest

from doubles.slack_workspace import Workspace
from testing.slack import workspace


@pytest.fixture
def there() -> Iterator[Workspace]:
    """Give a workspace that nobody has written in."""
    found = workspace()
    yield found
    found.close()
