"""Small media made here, so that a phone has something to send: pictures drawn line by line, and a silent voice note."""

import functools
import struct
import zlib

_TINTS = ((214, 137, 16), (31, 97, 141), (30, 132, 73), (146, 43, 33), (108, 52, 131), (86, 101, 115))


@functools.cache
def picture_png(variant: int = 0, width: int = 240, height: int = 160) -> bytes:
    """A valid PNG: a road at dusk with a street lamp, tinted by `variant`."""
    red, green, blue = _TINTS[variant % len(_TINTS)]
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            shade = 1.0 - y / height * 0.7
            pixel = (int(red * shade), int(green * shade), int(blue * shade))
            if y > height * 0.7 and abs(x - width / 2) < (y - height * 0.6) * 1.2:
                pixel = (58, 61, 66)
            if (40 <= x < 44 and y > 30) or (44 <= x < 70 and 30 <= y < 34):
                pixel = (24, 24, 28)
            if (x - 70) ** 2 + (y - 38) ** 2 < 60:
                pixel = (255, 236, 179)
            rows.extend(pixel)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 6))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _ogg_page(flags: int, sequence: int, position: int, packet: bytes) -> bytes:
    head = b"OggS" + struct.pack("<BBqIII", 0, flags, position, 1022, sequence, 0) + bytes([1, len(packet)])
    crc = 0
    for byte in head + packet:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return head[:22] + struct.pack("<I", crc) + head[26:] + packet


SILENT_OGG = (
    _ogg_page(2, 0, 0, b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48000, 0, 0))
    + _ogg_page(0, 1, 0, b"OpusTags" + struct.pack("<I", 7) + b"sandbox" + struct.pack("<I", 0))
    + _ogg_page(4, 2, 960, b"\xf8\xff\xfe")
)
