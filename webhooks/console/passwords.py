"""Passwords (Argon2id) and one-time codes (TOTP, RFC 6238). Slow on purpose: call the password functions in a thread."""

import hmac
from datetime import datetime
from functools import cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_CHARS = 12
_HASHER = PasswordHasher()
_STEP = 30


@cache
def _nobody() -> str:
    """Nobody's hash, so that an unknown name takes as long as a known one. Made at the first such login: it takes 64 MB."""
    return _HASHER.hash("nobody's password")


def hash_password(password: str) -> str:
    return _HASHER.hash(password)


def is_password(stored: str | None, given: str) -> bool:
    """Whether it is the one that was hashed. `stored` None: there is no such person; takes as long as if there were."""
    try:
        _HASHER.verify(stored or _nobody(), given)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def new_secret() -> str:
    """A second factor's secret, 160 bits in base 32."""
    return pyotp.random_base32()


def setup_address(secret: str, name: str, issuer: str) -> str:
    """What authenticator apps read, as a link or a square code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def step_of(secret: str, code: str, at: datetime, used_step: int) -> int | None:
    """The time step of a right code, to be remembered as used; None for a wrong or used one. One step of slack each way."""
    given = "".join(code.split())
    now = int(at.timestamp()) // _STEP
    for step in (now, now - 1, now + 1):
        expected = pyotp.TOTP(secret).generate_otp(step)
        if step > used_step and hmac.compare_digest(expected.encode(), given.encode()):
            return step
    return None
