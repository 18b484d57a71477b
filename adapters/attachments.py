"""Attachments in words, where a platform does not take them as they are."""

from conversation.messages import Media

_FETCHED = ("https://", "http://127.0.0.1:", "http://localhost:")
"""Platforms fetch by https; in a rehearsal platform and files are both on this machine."""


def is_public(media: Media) -> bool:
    """Whether the platform could fetch it itself. A path or a file id of ours is nobody else's business."""
    return media.source.startswith(_FETCHED)


def attachment_line(media: Media) -> str:
    """Its address where it has a public one, else a paper clip and its name."""
    return media.source if is_public(media) else f"📎 {media.name or ''}".rstrip()
