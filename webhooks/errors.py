"""Errors of the listening half.

WebhooksError
├── IntakeFull              more events wait than we hold: the platform is told to come back, nothing was kept
└── DeskError               a person's act could not be done; its text tells them why
    ├── UnknownConversation there is no such conversation: they must look again
    ├── UnknownPerson       nobody of this name can be given a conversation
    ├── HeldByAnother       somebody else holds the conversation: they wait, or ask that person
    ├── StillOnItsWay       the act is done, but a message of the bot is still being sent: they ask again
    ├── NotAllowed          their role may not do this, or they wrote what they approve: they ask somebody else
    ├── BadFields           what they gave is incomplete or wrong; `problems` names each field
    ├── ChangedMeanwhile    somebody else changed the same part of the site: they look again
    ├── DepartmentInUse     the department has tickets or people: it is retired instead
    └── SpentLink           a department's link is not ours, too old, or has been used
"""

from collections.abc import Mapping


class WebhooksError(Exception):
    """Base of all errors raised in webhooks/."""


class IntakeFull(WebhooksError):
    """The intake queue is full; the event was kept nowhere."""


class DeskError(WebhooksError):
    """A person's act was refused. Texts name ids and fields, never what a citizen said."""


class UnknownConversation(DeskError):
    """No conversation has this id."""


class UnknownPerson(DeskError):
    """No enabled operator has this name."""


class HeldByAnother(DeskError):
    """`name` holds the conversation. Nothing was kept of the act."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} holds the conversation")
        self.name = name


class StillOnItsWay(DeskError):
    """The conversation is held, but what the bot was saying has not settled: it may still arrive."""


class NotAllowed(DeskError):
    """The person's role may not do this, or it is for somebody else to do."""


class BadFields(DeskError):
    """`problems`: field → what is wrong with it."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name} {problem}" for name, problem in problems.items()))
        self.problems = dict(problems)


class SpentLink(DeskError):
    """The link opens nothing: forged, too old, used, or replaced by a newer one."""


class ChangedMeanwhile(DeskError):
    """The part of the site is not what the person saw when they began. Nothing was kept."""


class DepartmentInUse(DeskError):
    """A department that has tickets, people or tokens stays, retired or not."""
