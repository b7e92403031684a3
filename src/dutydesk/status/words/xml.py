"""Text as XML can hold it."""

import re

# https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def for_xml(text: str) -> str:
    """Give a text without the characters that no XML document may hold."""
    return _NOT_IN_XML.sub("", text)
