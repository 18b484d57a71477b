"""Errors of the translating half.

AdapterError
├── BadSignature        somebody else sent it, or our secret is wrong: 401, nothing is kept
├── Unreadable          signed by the platform but not in a shape we know: quarantine, 200, alarm
└── UnknownPlatform     settings name a platform for which there is no adapter: the admin must correct the name
"""


class AdapterError(Exception):
    """Base of all errors raised in adapters/. Texts name paths and kinds, never values."""


class BadSignature(AdapterError):
    """The webhook was not signed by the platform with the account's secret."""

    def __init__(self, detail: str, *, handshake: bool = False) -> None:
        super().__init__(detail)
        self.handshake = handshake


class Unreadable(AdapterError):
    """A genuine webhook that cannot be read; says where, never what stood there."""


class UnknownPlatform(AdapterError):
    """No adapter has this name."""
