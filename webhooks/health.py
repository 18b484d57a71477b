"""`/healthz`, `/readyz`, `/metrics`."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import web
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from conversation.effects import Urgency
from ticket_store.engine import Store
from ticket_store.errors import StoreError
from ticket_store.records import Schema
from webhooks.metrics import ALERTS, OLDEST, OUTBOX, REGISTRY


class Health:
    """Alive is the process; ready is the store, reachable and at our schema."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def alive(self, _: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def ready(self, _: web.Request) -> web.Response:
        try:
            schema = await asyncio.to_thread(self._store.schema)
        except StoreError as error:
            return web.Response(status=503, text=f"the store cannot be reached ({type(error).__name__})")
        if schema is not Schema.CURRENT:
            return web.Response(status=503, text=f"the database is {schema.value}: run tongdai db upgrade")
        return web.Response(text="ready")

    async def metrics(self, _: web.Request) -> web.Response:
        try:
            await asyncio.to_thread(self._count)
        except StoreError:
            OUTBOX.clear()  # old figures would look like new ones
            OLDEST.clear()
            ALERTS.clear()
        return web.Response(body=generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})

    def _count(self) -> None:
        with self._store.reading() as work:
            counts, alerts = work.outbox.counts(), work.alerts.counts()
        for urgency in Urgency:
            ALERTS.labels(urgency).set(alerts.get(urgency, 0))
        for account, count in counts.items():
            OUTBOX.labels(account, "queued").set(count.queued)
            OUTBOX.labels(account, "failed").set(count.failed)
            age = self._now() - count.oldest_due_at if count.oldest_due_at else timedelta(0)
            OLDEST.labels(account).set(max(0.0, age.total_seconds()))
