"""Fetches attachments at once, because the platforms' links die; keeps them by content, below `MEDIA_DIR`."""

import asyncio
import hashlib
import os
import socket
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatch
from ipaddress import ip_address
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

import structlog

from adapters.base import Account, ApiCall, FetchesMedia
from bots.accounts import Accounts
from bots.client import Transport
from bots.errors import TransportFailed
from bots.filetypes import told_by_content
from conversation.messages import MediaKind
from ticket_store.changes import Changes
from ticket_store.errors import StoreError
from ticket_store.records import Attachment
from ticket_store.writer import Writer

log = structlog.get_logger("media")

MOST_FILE_BYTES = 50 * 1024 * 1024
"""The largest file a platform hands on (Viber 50 MB, Telegram 20 MB, Messenger 25 MB; sheets of 2026)."""
_LOOK_EVERY = 2.0
_AT_ONCE = 4
_MOST_ATTEMPTS = 18


class MediaRefused(Exception):
    """The file will not be fetched: wrong place or wrong kind. Permanent."""


class MediaFetcher:
    """Works off the wanted files; `run` ends when cancelled."""

    def __init__(
        self,
        accounts: Accounts,
        transport: Transport,
        writer: Writer,
        changes: Changes,
        folder: Path,
        now: Callable[[], datetime],
    ) -> None:
        self._accounts = accounts
        self._transport = transport
        self._writer = writer
        self._folder = folder
        self._now = now
        self._wake = changes.listen("media")

    async def run(self) -> None:
        while True:
            self._wake.clear()
            try:
                jobs = await self._writer.write(lambda work: work.media.claim(self._now(), _AT_ONCE))
                await asyncio.gather(*(self._fetch(job) for job in jobs))
            except StoreError as error:
                log.error("the store does not answer", reason=type(error).__name__)
                jobs = []
            if not jobs:
                try:
                    await asyncio.wait_for(self._wake.wait(), _LOOK_EVERY)
                except TimeoutError:
                    continue  # other processes may have put jobs in

    async def _fetch(self, job: Attachment) -> None:
        try:
            content = await self._load(job)
            mime = told_by_content(content, job.media.kind)
            if mime is None:
                raise MediaRefused("not a kind of file that is kept")
        except MediaRefused as refusal:
            reason = str(refusal)
            log.warning("attachment refused", account=job.account, media=job.id, reason=reason)
            await self._failed(job, reason, None)
            return
        except TransportFailed as failure:
            again = self._next_try(job.attempts + 1)
            reason = str(failure)
            log.warning(
                "attachment not fetched", account=job.account, media=job.id, reason=reason, again=again is not None
            )
            await self._failed(job, reason, again)
            return
        try:
            digest = await asyncio.to_thread(keep, self._folder, content)
        except OSError as error:  # the disk is full, or MEDIA_DIR is not ours to write in: a person has to look
            again = self._next_try(job.attempts + 1)
            reason = f"not kept: {type(error).__name__}"
            log.error("attachment not kept; is there room in MEDIA_DIR?", media=job.id, errno=error.errno)
            await self._failed(job, reason, again)
            return
        await self._writer.write(lambda work: work.media.stored(job.id, digest, mime, len(content)))

    async def _failed(self, job: Attachment, reason: str, again: datetime | None) -> None:
        await self._writer.write(lambda work: work.media.failed(job.id, reason, again))

    def _next_try(self, attempts: int) -> datetime | None:
        """2, 4, 8 … seconds, at most five minutes, for about an hour; then the link is taken for dead."""
        return self._now() + timedelta(seconds=min(2**attempts, 300)) if attempts < _MOST_ATTEMPTS else None

    async def _load(self, job: Attachment) -> bytes:
        if job.account not in set(self._accounts):
            raise MediaRefused("its account is not configured any more")
        adapter = self._accounts.adapter(job.account)
        if not isinstance(adapter, FetchesMedia):
            raise MediaRefused("the platform hands out no files")
        account = self._accounts.account(job.account)
        steps = adapter.media_steps(job.media, account)
        content = b""
        try:
            call = next(steps)
            while True:
                await self._check_place(call, account, adapter)
                reply = await self._transport.perform(call)
                if reply.status != 200:
                    raise TransportFailed(f"status {reply.status}", maybe_delivered=False)
                content = reply.body
                call = steps.send(reply)
        except StopIteration:
            return content

    async def _check_place(self, call: ApiCall, account: Account, adapter: FetchesMedia) -> None:
        """Refuses a file from a place that is not the platform's: the address came through somebody's device."""
        parts = urlsplit(call.url)
        base = urlsplit(account.api_base)
        if (parts.scheme, parts.hostname, parts.port) == (base.scheme, base.hostname, base.port):
            return
        host = parts.hostname or ""
        if parts.scheme != "https" or not any(fnmatch(host, pattern) for pattern in adapter.media_hosts):
            raise MediaRefused("the file is not on the platform's own hosts")
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, parts.port or 443, type=socket.SOCK_STREAM)
        except OSError as error:
            raise TransportFailed(type(error).__name__, maybe_delivered=False) from None
        if any(not ip_address(str(address[4][0])).is_global for address in found):
            raise MediaRefused("the file's host is not a public address")


def keep(folder: Path, content: bytes) -> str:
    """The SHA-256 under which the content now lies in `folder`; written whole or not at all."""
    digest = hashlib.sha256(content).hexdigest()
    target = media_path(folder, digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(f".{token_hex(6)}.part")  # the same file may come twice at once
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return digest


def keep_ours(folder: Path, content: bytes) -> tuple[str, str] | None:
    """The SHA-256 and type of a file of a person of ours, now kept; None: of no kind that is kept."""
    mime = told_by_content(content, MediaKind.FILE)
    return None if mime is None else (keep(folder, content), mime)


def media_path(folder: Path, digest: str) -> Path:
    """Where the content with this SHA-256 lies."""
    return folder / digest[:2] / digest


def discard(folder: Path, digests: Sequence[str]) -> None:
    """The files are gone; one that was gone already is no error."""
    for digest in digests:
        media_path(folder, digest).unlink(missing_ok=True)
