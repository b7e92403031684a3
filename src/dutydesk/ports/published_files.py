"""Putting a file into a repository: as a commit on its branch, or as a pull request."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol, Self

from dutydesk.kernel.kinds import MessageKind

COMMIT = MessageKind("repository.commit", "Git", latest_only=True)
PULL_REQUEST = MessageKind(
    "repository.pull-request", "GitHub", setting="DUTYDESK_GITHUB_TOKEN", latest_only=True
)
PullRequestState = Literal["open", "merged", "closed", "held"]
"""`held`: it is closed, and the branch holds what was asked for all the same."""


@dataclass(frozen=True)
class FileChange:
    """What a repository is to hold at a path from now on: `text`, or nothing if it is None.

    Whoever delivers it looks first whether it is so; `key` stands in the commit, so that a try
    whose answer was lost is found again. `name` stands for all that is said of this file, as a part
    of a branch's name. `repository` is what GitHub calls the one at `url`. `at` is in ISO 8601.
    `signers`: who is named as having signed it off.
    """

    key: str
    name: str
    url: str
    branch: str
    path: str
    text: str | None
    title: str
    body: str
    author: str
    email: str
    at: str
    secret: str = ""
    repository: str = ""
    signers: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give it as the payload of an outbox message."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Give back what `as_json` gave; what else is in a payload is left."""
        given = {name: data[name] for name in cls.__dataclass_fields__}
        return cls(**{**given, "signers": tuple(given["signers"])})

    @property
    def message(self) -> str:
        """Give what the commit says."""
        return f"{self.title}\n\n{self.body}\n\n{self.signed}Desk-Message: {self.key}\n"

    @property
    def signed(self) -> str:
        """Give a line for each of those who signed it off."""
        return "".join(f"Signed-off-by: {name}\n" for name in self.signers)


class PullRequests(Protocol):
    """Knows what became of pull requests. Uses the network; raises delivery.Undelivered."""

    def look(self, change: FileChange, address: str) -> PullRequestState:
        """Say how the one at this address stands, which asked for the change."""
        ...
