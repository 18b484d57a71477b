"""`tongdai erase` and `tongdai purge`: a person's right to erasure; what is older than the profile allows."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bots.clock import Clock
from bots.context import print_json, ready_store, settings_for, site_of, tell
from bots.errors import CommandFailed
from bots.media import discard
from bots.settings import Settings
from conversation.ids import AccountId, ContactId, TicketCode
from conversation.profile import Profile
from conversation.slots import e164
from ticket_store.engine import Store
from ticket_store.records import Conversation
from ticket_store.unit_of_work import Work

_COMMAND = "command"
_STEP = 500
_PAGE = 200


def erase(contact: str | None, account: str | None, phone: str | None, *, tickets: bool, as_json: bool) -> None:
    """Chats of the person are gone: transcript, state, profile, files. Their tickets too, if asked for."""
    if (contact is None) == (phone is None):
        raise CommandFailed("say whose: --contact ID (the platform's user id) or --phone NUMBER")
    settings = settings_for()
    with ready_store(settings) as store:
        if contact is not None:
            chats, codes = _of_contact(store, contact, account)
        else:
            number = e164(phone or "", site_of(settings, store))
            if number is None:
                raise CommandFailed("this is no phone number")
            chats, codes = _of_phone(store, number)
        if not chats and not codes:
            raise CommandFailed("nothing is kept of this person")
        files = _erase(store, settings, chats, codes if tickets else [])
    result = {
        "conversations": len(chats),
        "tickets": len(codes) if tickets else 0,
        "tickets_kept": 0 if tickets else len(codes),
        "files": files,
    }
    if as_json:
        print_json(result)
    else:
        tell(f"erased: {len(chats)} conversation(s), {result['tickets']} ticket(s), {files} file(s)")
        if result["tickets_kept"]:
            tell(
                f"kept: {len(codes)} ticket(s), which may be official records; with --tickets they are erased too:"
                f" {', '.join(codes)}"
            )


def _of_contact(store: Store, contact: str, account: str | None) -> tuple[list[str], list[TicketCode]]:
    with store.reading() as work:
        chats = [
            one.id
            for one in work.conversations.list(
                account=AccountId(account) if account else None, contact=ContactId(contact), limit=_PAGE
            )
        ]
        return chats, [ticket.code for one in chats for ticket in work.tickets.of_conversation(one)]


def _of_phone(store: Store, number: str) -> tuple[list[str], list[TicketCode]]:
    """By the tickets' blind index, and by every chat's own memory: a report may never have been sent."""
    codes: list[TicketCode] = []
    chats: dict[str, None] = {}
    with store.reading() as work:
        after = None
        while True:
            page = work.tickets.page(q=number, phone=number, limit=_PAGE, after=after)
            codes += [one.code for one in page]
            chats |= dict.fromkeys(one.conversation_id for one in page if one.conversation_id)
            after = page.next
            if after is None:
                break
        while True:
            found = work.conversations.list(limit=_PAGE, after=after)
            chats |= dict.fromkeys(one.id for one in found if _knows(one, number))
            after = found.next
            if after is None:
                break
        for one in chats:
            codes += [ticket.code for ticket in work.tickets.of_conversation(one) if ticket.code not in codes]
    return list(chats), codes


def _knows(one: Conversation, number: str) -> bool:
    drafts = (one.state.draft, one.state.known)
    return any(number == draft.phone or number in draft.phones for draft in drafts)


def _erase(store: Store, settings: Settings, chats: Sequence[str], codes: Sequence[TicketCode]) -> int:
    """How many files went with them."""
    now = Clock(settings.clock_offset).now()
    gone: list[str] = []
    with store.writing() as work:
        for code in codes:
            gone += work.tickets.erase(code)
        for one in chats:
            gone += work.conversations.erase(one, keep_contact=False)
        work.audit.note(_COMMAND, "erase", [*chats, *codes], now, _COMMAND)
    discard(settings.media_dir, gone)
    return len(gone)


def purge(*, as_json: bool) -> None:
    """What is older than the profile's retention is gone. A few hundred at a time, beside the running gateway."""
    settings = settings_for()
    now = Clock(settings.clock_offset).now()
    counts: dict[str, int] = {}
    with ready_store(settings) as store:
        for name, step in _steps(site_of(settings, store), now):
            counts[name] = 0
            while True:
                gone: list[str] = []
                with store.writing() as work:
                    some = step(work, gone)
                discard(settings.media_dir, gone)
                counts[name] += some
                if some:
                    tell(f"{name}: {counts[name]}")
                if some < _STEP:
                    break
        done = [f"{name}:{count}" for name, count in counts.items() if count]
        with store.writing() as work:
            work.audit.note(_COMMAND, "purge", done, now, _COMMAND)
    if as_json:
        print_json(counts)
    elif not done:
        tell("nothing is old enough")


def _steps(site: Profile, now: datetime) -> list[tuple[str, Callable[[Work, list[str]], int]]]:
    """Each takes some, puts the files nobody needs any more into the list, and tells how many; fewer than `_STEP`: done."""
    keep = site.retention

    def messages(work: Work, gone: list[str]) -> int:
        forgotten = work.messages.forget(now - keep.transcript, _STEP)
        gone += forgotten.files
        return forgotten.messages

    def conversations(work: Work, gone: list[str]) -> int:
        idle = work.conversations.idle(now - keep.transcript, _STEP)
        for one in idle:
            gone += work.conversations.erase(one)
        return len(idle)

    def tickets(work: Work, gone: list[str]) -> int:
        if keep.ticket is None:
            return 0
        codes = work.tickets.ended_before(now - keep.ticket, _STEP)
        for code in codes:
            gone += work.tickets.erase(code)
        return len(codes)

    return [
        ("messages", messages),
        ("conversations", conversations),
        ("tickets", tickets),
        ("quarantined", lambda work, _: work.quarantine.forget(now - keep.events)),
        ("event_keys", lambda work, _: work.inbox.forget(now - keep.events)),
        ("audit", lambda work, _: work.audit.forget(now - keep.audit, _STEP)),
        ("notices", lambda work, _: work.notices.forget(now - keep.events)),
    ]
