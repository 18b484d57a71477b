"""What a file is, told by its first bytes: names and the platform's word are not believed."""

from conversation.messages import MediaKind

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"\xff\xf9", "audio/aac"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x1f\x8b", "application/gzip"),  # Telegram's animated stickers are gzipped JSON
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"#!")
_AUDIO_BRANDS = (b"M4A ", b"M4B ")
_PICTURE_BRANDS = (b"heic", b"heix", b"mif1", b"avif")
_MEDIA_KINDS = {
    MediaKind.IMAGE: ("image/",),
    MediaKind.STICKER: ("image/", "video/", "application/gzip"),
    MediaKind.VIDEO: ("video/", "image/gif"),
    MediaKind.VOICE: ("audio/", "video/mp4", "video/webm"),
    MediaKind.AUDIO: ("audio/", "video/mp4", "video/webm"),
}


def told_by_content(content: bytes, kind: MediaKind) -> str | None:
    """The MIME type of a file that may be kept as this kind; None when it may not (a program, a picture that is none)."""
    mime = _mime(content)
    if mime is None:
        return None
    allowed = _MEDIA_KINDS.get(kind)
    if allowed is not None and not mime.startswith(allowed):
        return None
    return mime


def _mime(content: bytes) -> str | None:
    for offset, signature, mime in _SIGNATURES:
        if content[offset : offset + len(signature)] == signature:
            return mime
    if content[4:8] == b"ftyp":
        brand = content[8:12]
        if brand in _PICTURE_BRANDS:
            return "image/avif" if brand == b"avif" else "image/heic"
        return "audio/mp4" if brand in _AUDIO_BRANDS else "video/mp4"
    if not content or content.startswith(_PROGRAMS):
        return None
    try:
        content[:4096].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(content[:4096]) - 4:  # a character cut at the sample's end is no proof of binary
            return None
    return "text/plain"
