"""Errors of the deciding half.

ConversationError
└── BadProfile          the site's admin must correct the named key of the named file
"""


class ConversationError(Exception):
    """Base of all errors raised in conversation/."""


class BadProfile(ConversationError):
    """A site profile breaks its contract; says file, key and reason.

    `rule`: a code of what is broken, for whoever tells it in another language, with the `names` it is about.
    """

    def __init__(self, file: str, key: str, reason: str, rule: str = "", names: str = "") -> None:
        super().__init__(f"{file}: {key}: {reason}")
        self.file, self.key, self.reason, self.rule, self.names = file, key, reason, rule, names
