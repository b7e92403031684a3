"""What opens GitHub. It loads nothing: who has no GitHub pays for none of its client's memory."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class GitHubAccount:
    """What opens GitHub, and where it is: a token, or an App's number and private key."""

    token: str = field(default="", repr=False)
    app: str = ""
    private_key: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    api_url: str = "https://api.github.com"

    @property
    def given(self) -> bool:
        """Say whether there is anything to sign in with."""
        return bool(self.token or (self.app and self.private_key))
