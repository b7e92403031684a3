"""What the desk takes for a picture, and what of it is kept."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.pictures.rules import png, webp
from dutydesk.pictures.rules.pictures import LARGEST, PictureRefused, read
from testing.drawn import SAMPLES, SECRET, gif_of, jpeg_of, png_of, webp_of

KINDS = sorted(SAMPLES)


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_known_by_its_bytes_and_keeps_nothing_but_itself(kind: str) -> None:
    sample = SAMPLES[kind]
    with_more = sample(hidden=SECRET)
    assert SECRET in with_more
    found = read(with_more, name="holiday.txt")
    assert (found.kind, found.width, found.height) == (kind, 6, 4)
    assert SECRET not in found.data
    assert found.data == read(sample(), name="").data
    assert read(found.data, name="").data == found.data


def test_a_photograph_stays_the_way_up_it_was_taken_and_says_no_more() -> None:
    found = read(jpeg_of(hidden=SECRET, turned=6), name="a.jpg")
    assert (found.width, found.height) == (4, 6)
    assert found.data.count(b"Exif") == 1
    assert SECRET not in found.data
    again = read(found.data, name="a.jpg")
    assert (again.width, again.height, again.data) == (4, 6, found.data)


def test_a_lossless_webp_and_one_that_moves_are_taken_too() -> None:
    still = read(webp_of(lossless=True), name="")
    assert (still.width, still.height) == (6, 4)
    head = webp.chunk(b"VP8X", b"\x2a" + bytes(3) + b"\x05\x00\x00\x03\x00\x00")
    part = webp.chunk(b"VP8L", b"\x2f\x05\xc0\x00\x00\x07")
    frame = webp.chunk(b"ANMF", bytes(16) + part + webp.chunk(b"NOTE", SECRET))
    whole = b"WEBP" + head + webp.chunk(b"XMP ", SECRET) + frame
    found = read(b"RIFF" + struct.pack("<I", len(whole)) + whole, name="")
    assert (found.width, found.height) == (6, 4)
    assert SECRET not in found.data
    assert part in found.data


def test_a_gif_runs_on_as_often_as_it_did() -> None:
    assert b"NETSCAPE2.0" in read(gif_of(hidden=SECRET), name="").data


def refusal(data: bytes, name: str = "lists.png") -> str:
    with pytest.raises(PictureRefused) as refused:
        read(data, name=name)
    return str(refused.value)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "“lists.png” is empty. Save it again"),
        (b"hello", "“lists.png” is no picture. Choose a PNG, JPEG, GIF or WebP."),
        (b"<?xml version='1.0'?>\n<svg onload='x()'>", "is an SVG, in which programs can hide."),
        (b"%PDF-1.7", "is a PDF."),
        (b"\x00\x00\x00\x20ftypheic", "that browsers don't all show."),
        (png_of()[:-6], "“lists.png” is broken: it is cut short."),
        (png_of().replace(b"IDAT", b"IDAX"), "is broken: a check sum in it is wrong."),
        (png.BEGINS + png.chunk(b"IEND", b""), "is broken: its parts don't fit together."),
        (jpeg_of()[:-2], "is broken: it is cut short."),
        (gif_of().replace(b"\x06\x00\x04\x00\x00\x02", b"\x09\x00\x04\x00\x00\x02"), "larger than"),
        (png_of(0, 4), "has no size."),
        (png_of(60_000, 2), "has 60000 by 2 points, which is more than a browser shows well."),
        (png_of(15_000, 15_000), "Make it smaller: 16000 on a side is the most, and 50 million"),
        (png_of() + bytes(LARGEST), "“lists.png” has 5.0 MB; 5 MB is the most."),
    ],
)
def test_whatever_is_no_picture_to_show_is_refused_by_its_name(data: bytes, says: str) -> None:
    assert says in refusal(data)


@settings(max_examples=300)
@given(st.sampled_from(KINDS), st.data())
def test_no_file_does_more_than_be_taken_or_refused(kind: str, data: st.DataObject) -> None:
    """Cut anywhere, or with any bytes changed, it is a smaller picture's bytes or a refusal."""
    given_ = bytearray(SAMPLES[kind](hidden=SECRET))
    for _ in range(data.draw(st.integers(0, 4))):
        given_[data.draw(st.integers(0, len(given_) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(given_[: data.draw(st.integers(0, len(given_)))])
    try:
        found = read(cut, name="")
    except PictureRefused:
        return
    assert found.width and found.height
    assert read(found.data, name="").data == found.data
