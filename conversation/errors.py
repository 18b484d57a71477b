"""Errors of the deciding half.

ConversationError
└── BadProfile          the site's admin must correct the named key of the named file
"""


class ConversationError(Exception):
    """Base of all errors raised in conversation/."""


class BadProfile(ConversationError):
    """A site profile breaks its contract; says file, key and reason."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file, self.key, self.reason = file, key, reason
