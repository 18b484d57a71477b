"""Facebook Messenger (Graph API v25.0), after Meta's documentation as transcribed in 2026."""

from adapters.messenger.adapter import ADAPTER

__all__ = ["ADAPTER"]
