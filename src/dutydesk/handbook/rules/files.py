"""Which files are pages, which are pictures, and of which type a picture is given out."""

from posixpath import basename

PAGES = (".html.md.erb", ".html.md", ".md.erb", ".markdown", ".md")
"""How pages' names end, the longest first."""
FIRST = ("index", "readme", "_index")
"""What the page is called that a folder's address leads to."""
_SVG = "image/svg+xml"
PICTURES = {
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    ".webp": ("image/webp", (b"RIFF",)),
    ".svg": (_SVG, ()),
}


def page_ending(path: str) -> str:
    """Give how a page's name ends; "" if it is no page."""
    lower = path.lower()
    return next((each for each in PAGES if lower.endswith(each)), "")


def stem(path: str) -> str:
    """Give a page's name without its folder and ending."""
    name = basename(path)
    return name[: len(name) - len(page_ending(name))]


def picture_kind(path: str, data: bytes | None = None) -> str:
    """Give the type of a picture by its name, and by how it begins if that is given; else ""."""
    kind, begins = PICTURES.get("." + path.lower().rpartition(".")[2], ("", ()))
    if data is None or not kind:
        return kind
    if kind == _SVG:
        return kind if b"<svg" in data[:2000] else ""
    return kind if data.startswith(begins) else ""
