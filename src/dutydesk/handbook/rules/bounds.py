"""How much of a repository is shown."""

MOST_PAGES = 10_000
LONGEST_PAGE = 512 * 2**10
MOST_TEXT = 64 * 2**20
LONGEST_PICTURE = 3 * 2**20
MOST_PICTURES = 64 * 2**20
MOST_LINKS = 2_000
MOST_KEYS = 100
MOST_LEFT_OUT = 200


def size(count: int) -> str:
    """Write a number of bytes as one reads it."""
    return f"{count / 2**20:.1f} MiB" if count >= 2**20 else f"{max(count // 2**10, 1)} KiB"
