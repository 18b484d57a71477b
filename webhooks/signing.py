"""Words that we hand out and recognise when they come back: signed, for one purpose, until a moment.

Keys are derived from SECRET_KEY by HKDF (RFC 5869), one for each purpose, so that a signature made for one thing is worth
nothing for another. Former keys still verify, so that links outlive a rotation.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BadBase64
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

_TAG_BYTES = 16
_SALT = b"tongdai signing"


class Signer:
    """Shows nothing of its keys."""

    def __init__(self, secret: str, former: Sequence[str] = ()) -> None:
        secrets = [one.encode() for one in (secret, *former)]
        self._key = lru_cache(maxsize=64)(lambda number, purpose: _derive(secrets[number], purpose))
        self._count = len(secrets)

    def tag(self, purpose: str, words: str) -> str:
        """A keyed digest of `words`; equal words give equal tags."""
        return _encode(self._tag(0, purpose, words.encode()))

    def sign(self, purpose: str, words: str, until: datetime) -> str:
        """A token of A-Z a-z 0-9 _ - . that carries `words` (readable by anybody) until that moment."""
        body = f"{int(until.timestamp())} {words}".encode()
        return f"{_encode(body)}.{_encode(self._tag(0, purpose, body))}"

    def read(self, purpose: str, token: str, now: datetime) -> str | None:
        """The words of a token we signed for this purpose; None when it is not ours, altered, or too old."""
        head, dot, tail = token.rpartition(".")
        try:
            body, tag = _decode(head), _decode(tail)
            if not dot or not any(
                hmac.compare_digest(tag, self._tag(number, purpose, body)) for number in range(self._count)
            ):
                return None
            until, words = body.decode().split(" ", 1)
        except (BadBase64, ValueError):
            return None
        return words if now < datetime.fromtimestamp(int(until), UTC) else None

    def _tag(self, number: int, purpose: str, words: bytes) -> bytes:
        return hmac.digest(self._key(number, purpose), words, "sha256")[:_TAG_BYTES]

    def __repr__(self) -> str:
        return f"Signer({self._count} keys)"


def _derive(secret: bytes, purpose: str) -> bytes:
    """HKDF with SHA-256, one block."""
    return hmac.digest(hmac.digest(_SALT, secret, "sha256"), purpose.encode() + b"\x01", sha256)


def _encode(plain: bytes) -> str:
    return urlsafe_b64encode(plain).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
