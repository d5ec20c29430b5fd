"""Picture files, made in memory."""

import struct
import zlib
from io import BytesIO

from PIL import Image


def a_picture(kind="PNG", size=(40, 30), colour=(200, 60, 40), mode="RGB", **options):
    """The bytes of a file of one colour."""
    return a_file(Image.new(mode, size, colour), kind, **options)


def a_file(picture, kind="PNG", **options):
    """The bytes of the picture as a file."""
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def decoded(content):
    """The picture in these bytes."""
    with Image.open(BytesIO(content)) as picture:
        picture.load()
        return picture


def a_bomb(width=50_000, height=50_000):
    """A small PNG that would be gigabytes when decoded; its size is said in its first bytes."""
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (1 + width // 8) * 100)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def a_webp_bomb(width=16_384, height=16_384):
    """A WebP that says that it is as large as can be."""
    canvas = b"\x10\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunk = b"VP8X" + struct.pack("<I", len(canvas)) + canvas
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk
