"""What looks like a secret, by the form that its maker gives it: a table, each row with a name.

Sources: https://docs.github.com/en/code-security/secret-scanning (which forms are scanned for),
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html, RFC 7468, RFC 7519.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SecretForm:
    """One form of secrets: what it is called, and how it looks. A group is the secret itself."""

    name: str
    pattern: re.Pattern[str]


def _form(name: str, pattern: str, flags: int = 0) -> SecretForm:
    return SecretForm(name, re.compile(pattern, flags))


SECRETS = (
    _form(
        "private key",
        r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----.{0,20000}?"
        r"(?:-----END [A-Z ]{0,40}KEY(?: BLOCK)?-----|\Z)",
        re.DOTALL,
    ),
    _form("AWS access key", r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    _form("GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{20,255})"),
    _form("GitLab token", r"\bglpat-[\w-]{20,100}"),
    _form("Slack token", r"\bxox[abeoprs]-[A-Za-z0-9-]{10,200}|\bxapp-[A-Za-z0-9-]{10,200}"),
    _form("Slack webhook", r"https://hooks\.slack\.com/(?:services|workflows)/[\w/-]{8,200}"),
    _form("Google API key", r"\bAIza[\w-]{35}"),
    _form("payment key", r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,200}"),
    _form("JSON web token", r"\beyJ[\w-]{8,2000}\.eyJ[\w-]{8,4000}\.[\w-]{8,2000}"),
    _form(
        "password in an address", r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{0,200}:([^\s/@]{1,200})@"
    ),
    _form("authorization header", r"(?i)\b(?:bearer|basic)\s+([A-Za-z0-9+/_.~-]{12,2000}={0,2})"),
    _form(
        "password or token",
        r"(?i)(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key)[\"']?"
        r"\s{0,3}[:=]\s{0,3}[\"']?([^\s\"'`,;<>()\[\]]{6,500})",
    ),
)
