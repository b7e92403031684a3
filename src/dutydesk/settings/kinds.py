"""What the text of a setting may be: each function gives its value, or raises Unfit."""

import os
import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

Network = IPv4Network | IPv6Network
_ON, _OFF = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
_HOST = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?")
_NUMBERS = re.compile(r"[0-9.]+")
_COMMAS = "Write {example}; several with commas between."


class Unfit(ValueError):
    """A text is not of the kind that its setting wants: which part, why, and what to write.

    `problem` is what follows on the text in a sentence; the text itself may be a secret.
    """

    def __init__(self, text: str, problem: str, remedy: str) -> None:
        """Keep all three; as a text it is without the one that may be a secret."""
        super().__init__(f"what it says {problem}. {remedy}")
        self.text, self.problem, self.remedy = text, problem, remedy


def switch(text: str) -> bool:
    """Read on or off, in any case; nothing is off."""
    word = text.strip().lower()
    if word in _ON:
        return True
    if word in _OFF:
        return False
    raise Unfit(text, "is neither on nor off", "Write 1, true, yes or on; or 0, false, no or off.")


def folder(text: str) -> Path:
    """Read a path; a relative one begins where the desk was started."""
    return Path(text).absolute()


def _address(text: str, schemes: Sequence[str], example: str) -> SplitResult:
    """Check an address: a scheme, a host with a port that there can be, no spaces before `?`."""
    remedy = f"Write it like {example}"
    if any(letter.isspace() or not letter.isprintable() for letter in text.partition("?")[0]):
        raise Unfit(text, "has spaces in it", remedy)
    scheme, mark, _ = text.partition("://")
    if not mark or scheme.lower() not in schemes:
        begins = " or ".join(f"{each}://" for each in schemes)
        raise Unfit(text, f"is no address that begins with {begins}", remedy)
    try:
        parts = urlsplit(text)
    except ValueError:
        raise Unfit(text, "names a host that there can't be", remedy) from None
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        remedy = "Use a port from 1 to 65535; in a password write %2F for /, %3F for ?, %23 for #."
        raise Unfit(text, "has a port that there can't be", remedy)
    return parts


def ping_address(text: str) -> str:
    """Read the address of a page."""
    example = "https://host.example.org/path"
    parts = _address(text, ("https", "http"), example)
    if not parts.hostname:
        raise Unfit(text, "names no host", f"Write it like {example}")
    if "@" in parts.netloc:
        raise Unfit(text, "has a user or a password in it", "Leave them out.")
    if " " in text:
        raise Unfit(text, "has spaces in it", "Write %20 for each.")
    return text


def http_address(text: str) -> str:
    """Read the address of an API, without its last slash."""
    parts = urlsplit(ping_address(text))
    if parts.query or parts.fragment:
        raise Unfit(text, "goes on after its path", "Leave out what begins with ? or #.")
    return text.rstrip("/")


def http_addresses(text: str) -> str:
    """Read addresses of APIs, with commas between."""
    return ",".join(http_address(each) for each in _parts(text))


def site_address(text: str) -> str:
    """Read the address of a whole site, without its last slash."""
    found = http_address(text)
    if urlsplit(found).path:
        raise Unfit(text, "has a path, and the desk can't be below one", "Leave out the path.")
    return found


def mail_address(text: str) -> str:
    """Read the address of a mail server, with whom its mails are from."""
    example = "mailtos://user:secret@mail.example.org?from=desk@example.org"
    parts = _address(text, ("mailto", "mailtos"), example)
    if not parts.hostname:
        raise Unfit(text, "names no host", f"Write it like {example}")
    if not parts.username and "from" not in parse_qs(parts.query):
        raise Unfit(text, "doesn't say whom mails are from", f"Write it like {example}")
    return text


def database_address(text: str) -> str:
    """Read the address of a PostgreSQL; one without a host is on this machine."""
    _address(text, ("postgresql", "postgres"), "postgresql://user:password@host:5432/name")
    return text


def hosts(text: str) -> tuple[str, ...]:
    """Read names of hosts, as Django's ALLOWED_HOSTS has them."""
    return tuple(_each_host(text))


def _each_host(text: str) -> Iterator[str]:
    for each in _parts(text):
        bare = each.removeprefix(".")
        if each != "*" and not _HOST.fullmatch(bare) and not re.fullmatch(r"\[[0-9a-f:.]+\]", bare):
            remedy = "Leave out scheme, port and path; write it like desk.example.org or [::1]."
            raise Unfit(each, "is no host's name", remedy)
        yield each


def site_host(text: str) -> str:
    """Read the name of one host, with a port if it has one of its own."""
    host, _, port = text.partition(":")
    if not _HOST.fullmatch(host) or (port and not re.fullmatch("[0-9]{1,5}", port)):
        remedy = "Leave out scheme and path; write it like status.example.org."
        raise Unfit(text, "is no host's name", remedy)
    return text.lower()


def networks(text: str) -> tuple[Network, ...]:
    """Read addresses and networks, with commas or spaces between."""
    return tuple(_network(each) for each in _parts(text.replace(" ", ",")))


def _network(text: str) -> Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        remedy = _COMMAS.format(example="127.0.0.1 or 10.1.0.0/16")
        raise Unfit(text, "is no address and no network", remedy) from None


def places(text: str) -> tuple[str, ...]:
    """Read hosts, addresses and networks, with commas or spaces between."""
    found = _parts(text.replace(" ", ","))
    for each in found:
        if not _HOST.fullmatch(each) or _NUMBERS.fullmatch(each):
            try:
                _network(each)
            except Unfit:
                remedy = _COMMAS.format(example="ntfy.internal, 10.1.2.3 or 10.1.2.0/24")
                raise Unfit(each, "is no host, address or network", remedy) from None
    return tuple(found)


def authorization(text: str) -> str:
    """Read how to sign in by HTTP."""
    kind, _, secret = text.partition(" ")
    user, mark, _ = secret.strip().partition(":")
    fits = {"basic": bool(user and mark), "bearer": bool(secret.strip())}
    if not fits.get(kind.lower()):
        remedy = "Write “basic user:password” or “bearer token”."
        raise Unfit(text, "is no sign-in", remedy)
    return text


def private_key(text: str) -> str:
    """Read a private key, as GitHub gives it for download."""
    if not text.startswith("-----BEGIN") or "PRIVATE KEY-----" not in text:
        raise Unfit(text, "is no private key in PEM", "Give the file as GitHub made it.")
    return text


def schedules(text: str) -> dict[str, str]:
    """Read which schedule is of which duty."""
    return _pairs(text, "primary=PI7DH85", ("support", "primary", "secondary"))


def groups(text: str) -> dict[str, str]:
    """Read which user group is of which duty, or the whole team's."""
    known = ("support", "primary", "secondary", "on_call", "team")
    return _pairs(text, "support=S0614TZR7", known)


def commands(text: str) -> dict[str, Path]:
    """Read which executable is of which service; each must be there, and executable."""
    found = {}
    for slug, name in _pairs(text, "prison-visits=/usr/local/bin/visits").items():
        path, pair = Path(name), f"{slug}={name}"
        remedy = "Name a program that may be run here, or take it out."
        if not path.is_absolute():
            raise Unfit(pair, "names no absolute path", "Begin the path with a slash.")
        if not path.is_file():
            raise Unfit(pair, "names no file that is there", remedy)
        if not os.access(path, os.X_OK):
            raise Unfit(pair, "names a file that can't be run", f"Do `chmod +x {path}`.")
        found[slug] = path
    return found


def secrets(text: str) -> dict[str, Path]:
    """Read which file holds which secret; whether it is there is seen when it is used."""
    found = {}
    for name, value in _pairs(text, "docs-token=/run/secrets/docs-token").items():
        if not Path(value).is_absolute():
            remedy = "Begin the path with a slash."
            raise Unfit(f"{name}={value}", "names no absolute path", remedy)
        found[name] = Path(value)
    return found


def _pairs(text: str, example: str, names: Sequence[str] = ()) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in _parts(text):
        name, _, value = (each.strip() for each in pair.partition("="))
        if not name or not value:
            remedy = _COMMAS.format(example="NAME=VALUE")
            raise Unfit(pair, f"is not like “{example}”", remedy)
        if names and name not in names:
            known = ", ".join(f"{each}=…" for each in names)
            raise Unfit(pair, f"is none of {known}", "Correct the name.")
        if name in found:
            raise Unfit(pair, "says a second time what was said before it", "Leave out one.")
        found[name] = value
    return found


def _parts(text: str) -> list[str]:
    return [part for each in text.split(",") if (part := each.strip())]
