"""Reading the parts of a file one after another, never past its end."""

import struct


class Broken(ValueError):
    """The file isn't what it begins as: it is cut short, or its parts don't fit together."""


class Octets:
    """A file that is read from its beginning on."""

    def __init__(self, data: bytes) -> None:
        """Begin at its first byte."""
        self.data, self.at = data, 0

    def take(self, count: int) -> bytes:
        """Give the next `count` bytes. Raises Broken if there are fewer."""
        end = self.at + count
        if end > len(self.data):
            raise Broken("it is cut short")
        found, self.at = self.data[self.at : end], end
        return found

    def number(self, form: str) -> int:
        """Give the next number, whose form is one of `struct`'s."""
        (found,) = struct.unpack(form, self.take(struct.calcsize(form)))
        return int(found)

    def expect(self, data: bytes) -> bytes:
        """Give these bytes, which come next. Raises Broken if others do."""
        if self.take(len(data)) != data:
            raise Broken("its parts don't fit together")
        return data

    @property
    def more(self) -> bool:
        """Say whether anything is left."""
        return self.at < len(self.data)
