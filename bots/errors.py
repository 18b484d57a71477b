"""Errors of the calling half.

BotsError
├── WrongUse            there is no such command or option; exit status 2
├── BadSettings         the admin must correct the named settings; exit status 2
├── TransportFailed     a call did not come to an answer; it may be tried again
└── CommandFailed       a command could not do its work; says the way out; exit status 1
"""

from collections.abc import Sequence


class BotsError(Exception):
    """Base of all errors raised in bots/."""


class WrongUse(BotsError):
    """There is no such command or option, or its value is none."""


class BadSettings(BotsError):
    """Every problem of the settings at once; names settings, never their values."""

    def __init__(self, problems: Sequence[str]) -> None:
        lines = "\n".join(f"  - {problem}" for problem in problems)
        super().__init__(f"the settings need {len(problems)} correction(s):\n{lines}")
        self.problems = tuple(problems)


class TransportFailed(BotsError):
    """No answer. `maybe_delivered`: the request may have reached the platform."""

    def __init__(self, detail: str, *, maybe_delivered: bool) -> None:
        super().__init__(detail)
        self.maybe_delivered = maybe_delivered


class CommandFailed(BotsError):
    """The command's work could not be done; the text tells the way out."""
