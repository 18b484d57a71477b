"""Errors of the listening half.

WebhooksError
└── IntakeFull          more events wait than we hold: the platform is told to come back, nothing was kept
"""


class WebhooksError(Exception):
    """Base of all errors raised in webhooks/."""


class IntakeFull(WebhooksError):
    """The intake queue is full; the event was kept nowhere."""
