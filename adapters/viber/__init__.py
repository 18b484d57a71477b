"""A Viber bot (the REST bot API, not Viber Business Messages)."""

from adapters.viber.adapter import ViberAdapter

ADAPTER = ViberAdapter()

__all__ = ["ADAPTER", "ViberAdapter"]
