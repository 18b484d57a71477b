"""Zalo Official Account (the OA OpenAPI, not the Zalo Bot Platform and not phone templates)."""

from adapters.zalo.adapter import ZaloAdapter

ADAPTER = ZaloAdapter()

__all__ = ["ADAPTER", "ZaloAdapter"]
