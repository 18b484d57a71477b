"""Telegram (Bot API 10.3), after its documentation and server code as transcribed in 2026."""

from adapters.telegram.adapter import ADAPTER

__all__ = ["ADAPTER"]
