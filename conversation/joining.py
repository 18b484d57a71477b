"""One citizen in several chats. Only proof joins them: a phone both platforms vouch for, or a code shown in one chat and
typed in the other; a typed phone or name never does. Nobody is asked for it before they have their ticket code.
"""

import re
from dataclasses import dataclass
from typing import assert_never

from conversation.commands import choose_ticket
from conversation.effects import FindKnown, JoinByCode, MakeLinkCode, PartChats
from conversation.events import ChatsJoined, IdentityEvent, JoinRefused, KnownFound, LinkCodeMade, TicketsFound
from conversation.flow import QUIET, ask, begin, go_on
from conversation.profile import Profile
from conversation.questions import consented
from conversation.state import NOTHING_TOLD, Aside, Draft
from conversation.turn import Turn
from conversation.understanding.fold import fold

_CODE_CHARS = re.compile(r"[\d\s.-]{6,20}")
_BEFORE_CODE = re.compile(r"[^\W\d]{0,8}[\s:]*")
"""A word may stand before it: "liên kết mã 1234 5678"."""
_AROUND = " \t\n.,!?\"'“”«»"
_WORD_CHARS = 60


@dataclass(frozen=True, slots=True)
class Wish:
    """`code`: as typed, digits only; None: a code is wanted. `part`: the chats shall be parted."""

    code: str | None = None
    part: bool = False


def wished(text: str, site: Profile) -> Wish | None:
    """What the whole message asks for by the site's own words, in any of its languages; None: it is no such command."""
    said = fold(text[:_WORD_CHARS]).strip(_AROUND) if len(text) <= _WORD_CHARS else ""
    for language in site.languages if said else ():
        link, part = site.catalog.key(language, "word-link"), site.catalog.key(language, "word-part")
        if said == part:
            return Wish(part=True)
        if said == link:
            return Wish()
        if said.startswith((f"{link} ", f"{link}:")):
            rest = said.removeprefix(link).strip(_AROUND + ":")
            rest = rest[_BEFORE_CODE.match(rest).end() :]  # type: ignore[union-attr]  # it matches the empty text, too
            if _CODE_CHARS.fullmatch(rest):
                return Wish(code="".join(str(int(one)) for one in rest if one.isdecimal()))
    return None


def grants(turn: Turn, text: str) -> bool:
    """Whether the message was such a command. The store makes the code or looks at it, and its answer is an event of its
    own; parting is done at once.
    """
    wish = wished(text, turn.site)
    if wish is None:
        return False
    if wish.part:
        turn.do(PartChats())
        turn.put(proved=False, elsewhere=())
        if turn.state.borrowed:
            turn.put(known=NOTHING_TOLD, borrowed=False)
        _told(turn, turn.words("chats-parted"))
    elif wish.code is None:
        turn.do(MakeLinkCode())
    else:
        turn.do(JoinByCode(wish.code))
    return True


def looks_up(turn: Turn) -> bool:
    """Whether the store is asked who shared this phone before; then its answer goes on with the report. Only a phone that
    the platform vouches for, only after the citizen agreed.
    """
    phone = turn.draft.vouched
    if phone is None or not consented(turn.state, turn.site):
        return False
    turn.write(vouched=None)
    turn.put(aside=None, offered=())
    turn.do(FindKnown(phone))
    return True


def by_store(turn: Turn, event: IdentityEvent | TicketsFound) -> None:
    match event:
        case KnownFound():
            _known_found(turn, event)
        case LinkCodeMade():
            _link_code_made(turn, event)
        case ChatsJoined():
            _chats_joined(turn, event)
        case JoinRefused():
            _told(turn, turn.words(f"join-{event.reason}"))
        case TicketsFound():
            turn.put(elsewhere=event.tickets)
            if turn.state.held_by is None:
                choose_ticket(turn)
        case _:
            assert_never(event)


def _known_found(turn: Turn, event: KnownFound) -> None:
    """The phone is proved; what other chats of this person know is offered by the report's own question."""
    turn.put(proved=True)
    if event.joined:
        turn.lead(turn.words("chats-joined-phone"))
    _borrow(turn, event.known)
    if turn.state.held_by is not None:
        turn.leads.clear()
    elif turn.state.phase in QUIET:
        begin(turn, kept=True)
    else:
        ask(turn)


def _link_code_made(turn: Turn, event: LinkCodeMade) -> None:
    words = turn.words
    half = len(event.code) // 2
    code = words.ltr(words.digits(f"{event.code[:half]} {event.code[half:]}"))
    minutes = round((event.until - event.at).total_seconds() / 60)
    turn.put(proved=True)
    _told(turn, words("link-code", code=code, minutes=words.digits(str(minutes))))


def _chats_joined(turn: Turn, event: ChatsJoined) -> None:
    """Here the code was typed, or there: both chats know it, and each is told how to undo it."""
    turn.put(proved=True)
    _borrow(turn, event.known)
    if event.here:
        _told(turn, turn.words("chats-joined"))
    elif turn.state.held_by is None:
        turn.say(turn.words("chats-joined-there"), turn.state.offered)


def _told(turn: Turn, text: str) -> None:
    """Said; an open report goes on with its question."""
    if turn.state.aside is Aside.TICKET_PICK:
        turn.put(aside=None)
    if turn.state.held_by is None:
        turn.lead(text)
        go_on(turn)


def _borrow(turn: Turn, known: Draft) -> None:
    """Details of another chat of the same person, where this one has none of its own."""
    if turn.state.known.phone is None and known.phone is not None:
        turn.put(known=known, borrowed=True)
