"""A file is what its first bytes say."""

import pytest

from bots.filetypes import told_by_content
from conversation.messages import MediaKind

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20
OGG = b"OggS" + b"\0" * 20
MP4 = b"\0\0\0\x18ftypmp42" + b"\0" * 20
M4A = b"\0\0\0\x18ftypM4A " + b"\0" * 20
HEIC = b"\0\0\0\x18ftypheic" + b"\0" * 20
AVIF = b"\0\0\0\x18ftypavif" + b"\0" * 20


@pytest.mark.parametrize(
    ("content", "kind", "mime"),
    [
        (JPEG, MediaKind.IMAGE, "image/jpeg"),
        (HEIC, MediaKind.IMAGE, "image/heic"),
        (AVIF, MediaKind.IMAGE, "image/avif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", MediaKind.STICKER, "image/webp"),
        (OGG, MediaKind.VOICE, "audio/ogg"),
        (b"#!AMR\n", MediaKind.VOICE, "audio/amr"),
        (M4A, MediaKind.VOICE, "audio/mp4"),
        (MP4, MediaKind.VIDEO, "video/mp4"),
        (b"%PDF-1.7", MediaKind.FILE, "application/pdf"),
        ("Đơn phản ánh".encode(), MediaKind.FILE, "text/plain"),
        (("ộ" * 3000).encode(), MediaKind.FILE, "text/plain"),
    ],
)
def test_known_files_are_told(content: bytes, kind: MediaKind, mime: str) -> None:
    assert told_by_content(content, kind) == mime


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"MZ\x90\0", MediaKind.FILE),
        (b"\x7fELF\x02", MediaKind.FILE),
        (b"#!/bin/sh\n", MediaKind.FILE),
        (b"", MediaKind.FILE),
        (b"<svg onload=alert(1)>", MediaKind.IMAGE),
        (b"%PDF-1.7", MediaKind.IMAGE),
        (JPEG, MediaKind.VOICE),
        (b"\x00\x01\x02\xfe" * 2000, MediaKind.FILE),
    ],
)
def test_programs_and_pretenders_are_refused(content: bytes, kind: MediaKind) -> None:
    assert told_by_content(content, kind) is None
