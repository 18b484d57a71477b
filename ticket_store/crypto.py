"""Personal data at rest: AES-256-GCM with the column and the row as associated data, so that no value can be moved.

Stored form: 4 bytes telling which key, 12 bytes nonce, ciphertext with its 16 byte tag. Each column has a key of its own,
derived by HKDF from the secret; blind indexes (HMAC) have keys of their own too.
"""

import hmac
import os
from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ticket_store.errors import Undecryptable

_ID_BYTES = 4
_NONCE_BYTES = 12
_INDEX_BYTES = 16


def _derive(secret: str, purpose: str, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=b"tongdai", info=purpose.encode()).derive(secret.encode())


class _Key:
    """One secret and what is derived from it, column by column, when first needed."""

    def __init__(self, secret: str) -> None:
        self.id = _derive(secret, "which key", _ID_BYTES)
        self.cipher = lru_cache(maxsize=None)(lambda column: AESGCM(_derive(secret, f"encrypt {column}", 32)))
        self.index_key = lru_cache(maxsize=None)(lambda column: _derive(secret, f"index {column}", 32))


class KeyRing:
    """The current key writes; the current and the former ones read. Shows nothing of itself."""

    def __init__(self, keys: Sequence[_Key]) -> None:
        self._current = keys[0]
        self._all = tuple(keys)
        self._by_id = {key.id: key for key in keys}
        if len(self._by_id) != len(keys):
            raise ValueError("two keys of the ring cannot be told apart; take another SECRET_KEY")

    @classmethod
    def from_secrets(cls, current: str, former: Sequence[str] = ()) -> Self:
        """A ring of `SECRET_KEY` and those of `SECRET_KEY_OLD`. A secret named twice counts once."""
        if not current:
            raise ValueError("an empty secret encrypts nothing")
        return cls([_Key(secret) for secret in dict.fromkeys((current, *former)) if secret])

    def encrypt(self, column: str, row: str, plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        key = self._current
        return key.id + nonce + key.cipher(column).encrypt(nonce, plain, f"{column}\0{row}".encode())

    def decrypt(self, column: str, row: str, stored: bytes) -> bytes:
        """The plain bytes. Raises Undecryptable when no key fits or the value belongs to another column or row."""
        key = self._by_id.get(bytes(stored[:_ID_BYTES]))
        if key is None:
            raise Undecryptable(f"{column} of {row} was encrypted with a key that is not in SECRET_KEY_OLD")
        body = _ID_BYTES + _NONCE_BYTES
        try:
            return key.cipher(column).decrypt(stored[_ID_BYTES:body], stored[body:], f"{column}\0{row}".encode())
        except InvalidTag:
            raise Undecryptable(f"{column} of {row} was altered or moved from elsewhere") from None

    def encrypt_text(self, column: str, row: str, plain: str) -> bytes:
        return self.encrypt(column, row, plain.encode())

    def decrypt_text(self, column: str, row: str, stored: bytes) -> str:
        return self.decrypt(column, row, stored).decode()

    @property
    def current_id(self) -> bytes:
        """The first bytes of everything the current key wrote."""
        return self._current.id

    def blind_index(self, column: str, folded: str) -> bytes:
        """A value to look `folded` up by: equal for equal texts, telling nothing else. 16 bytes."""
        return _index(self._current, column, folded)

    def blind_indexes(self, column: str, folded: str) -> list[bytes]:
        """The index by every key, current first: what to look for while a rotation is under way."""
        return [_index(key, column, folded) for key in self._all]

    def __repr__(self) -> str:
        return f"KeyRing({len(self._all)} keys)"


def _index(key: _Key, column: str, folded: str) -> bytes:
    return hmac.digest(key.index_key(column), folded.encode(), sha256)[:_INDEX_BYTES]
