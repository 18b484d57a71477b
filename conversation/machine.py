"""The state machine: `step` leads every event, in any state, to a new state and what must be done.

Who makes which move when stands here; the moves themselves are in flow.py, what a command or a button does in
commands.py and presses.py, which question is next in questions.py, how it is put in asking.py, what a message adds to
the report in slots.py.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import assert_never

from conversation.arrivals import all_spoken, with_form, with_phone, with_pin, worth_keeping
from conversation.asking import menu_choices, rating_choices
from conversation.commands import back, cancel, data_right, erase, find, skip, want_operator, want_status
from conversation.effects import AlertOperators, AmendTicket, FindTicket, Say, Transition, Urgency
from conversation.events import (
    ChatClosed,
    ChatOpened,
    ChoicePicked,
    ContactEvent,
    Event,
    FormSubmitted,
    LocationShared,
    MediaReceived,
    MessageEdited,
    MessageWithdrawn,
    OperatorEvent,
    OperatorHandedBack,
    OperatorTookOver,
    OperatorWrote,
    PhoneShared,
    Reacted,
    TextReceived,
    TicketChanged,
    TicketFound,
    TicketOpened,
    TimePassed,
    UnsupportedReceived,
)
from conversation.flow import (
    QUIET,
    ask,
    begin,
    brief,
    emergency,
    miss,
    more_place,
    own_ticket,
    put_question,
    reading_phase,
    reminds,
    repeat,
    repeat_or_menu,
    start_again,
    wake_at,
)
from conversation.ids import OperatorId, PlatformName
from conversation.messages import Media, Message
from conversation.news import changed, found, opened
from conversation.profile import OTHER, Channel, ConsentMode, Profile
from conversation.presses import pressed, typed
from conversation.questions import Question, next_question
from conversation.slots import fill
from conversation.state import Aside, Consent, ConversationState, Draft, KnownTicket, Phase
from conversation.turn import Turn
from conversation.understanding.reader import read
from conversation.understanding.reading import Field, Intent, Reading, StopKind

_QUICK = timedelta(seconds=3)
"""Two messages closer than this were typed as one: the second is no second misunderstanding."""
_COMMANDS = frozenset({Intent.CANCEL, Intent.HELP, Intent.OPERATOR, Intent.STOP, Intent.STATUS_LOOKUP})
_OPEN_ENDED = frozenset({Aside.REASON, Aside.NEED_INFO})
_PLACE_ASIDES = frozenset({Aside.WARD_MISSING, Aside.PIN_WORDS, Aside.WARD_PICK})
_REMEMBERED_CHARS = 500
_TICKETS_REMEMBERED = 20


def step(state: ConversationState, event: Event, site: Profile, account: Channel) -> Transition:
    """What becomes of `state` by `event`, and what must be done. Total and deterministic; the clock is `event.at`."""
    turn = Turn(state, event.at, site, account)
    match event:
        case MessageEdited() | MessageWithdrawn() | Reacted():
            return Transition(state)
        case OperatorTookOver() | OperatorWrote() | OperatorHandedBack():
            _by_operator(turn, event)
        case TicketOpened():
            _ticket_opened(turn, event)
        case TicketFound():
            _ticket_found(turn, event)
        case TicketChanged():
            _ticket_changed(turn, event)
        case TimePassed():
            _time_passed(turn)
        case _:
            _by_contact(turn, event)
    turn.put(wake_at=wake_at(turn.state, site, turn.at))
    return turn.transition()


def welcome(site: Profile, language: str | None, account: Channel | None = None) -> Message:
    """Greeting and consent question joined, for platforms that take them in the webhook's own answer."""
    opening = ChatOpened(datetime.min.replace(tzinfo=UTC), explicit=True)
    effects = step(
        ConversationState(language=language), opening, site, account or Channel(PlatformName(""), "")
    ).effects
    return next(effect.message for effect in effects if isinstance(effect, Say))


# -- citizens


def _by_contact(turn: Turn, event: ContactEvent) -> None:
    since = turn.state.last_contact_at
    turn.quick = since is not None and turn.at - since < _QUICK
    _release_when_due(turn)
    _lapse_when_due(turn)
    if turn.site.consent.mode is ConsentMode.NOTICE and turn.state.greeted and turn.state.consent is None:
        turn.put(consent=Consent(turn.site.consent.version, turn.at, "notice"))
    turn.put(last_contact_at=turn.at, closed=False)
    match event:
        case ChatOpened():
            _chat_opened(turn, event)
        case ChatClosed():
            if event.erase:
                erase(turn, "platform_request")
            turn.put(closed=True)
        case TextReceived():
            _text(turn, event.text)
        case ChoicePicked():
            if turn.state.held_by is None:
                pressed(turn, event.code)
        case PhoneShared():
            _phone_shared(turn, event)
        case LocationShared():
            words = f"{event.title or ''} {event.latitude:.6f}, {event.longitude:.6f}".strip()
            _handed_over(turn, with_pin(turn.draft, event, turn.site), words)
        case FormSubmitted():
            parts = (event.name, event.phone, event.address, event.ward, event.district, event.province)
            _handed_over(turn, with_form(turn.draft, event, turn.site), ", ".join(part for part in parts if part))
        case MediaReceived():
            _media(turn, event)
        case UnsupportedReceived():
            _unreadable(turn, "unsupported")
        case MessageEdited() | MessageWithdrawn() | Reacted():
            pass
        case _:
            assert_never(event)


def _chat_opened(turn: Turn, event: ChatOpened) -> None:
    """A start is answered; a mere opening only greets who was never greeted. Said inline: the state moves silently."""
    state = turn.state
    if state.held_by is not None or (state.greeted and not event.explicit):
        return
    if state.phase not in QUIET and turn.draft != Draft():
        put_question(turn, Question(state.phase, Aside.RESUME))
        return
    turn.put(greeted=state.greeted and state.phase is Phase.DONE)
    start_again(turn)
    if event.answered_inline:
        turn.effects.clear()


def _text(turn: Turn, text: str) -> None:
    state = turn.state
    reading = read(text, reading_phase(state), turn.site.lexicon)
    if state.held_by is not None:
        if reading.emergency:
            turn.do(AlertOperators(f"emergency_{reading.emergency}", Urgency.EMERGENCY))
        _absorb(turn, fill(state, reading, turn.site))
        return
    if reading.language in turn.site.languages:
        turn.put(language=reading.language)
    code = typed(state, reading)
    if code is not None:
        if reading.intent is Intent.CONFIRM:
            turn.put(draft=fill(state, reading, turn.site))
        pressed(turn, code, by="text")
    elif reading.emergency:
        if state.phase is Phase.DONE:
            turn.fresh(Phase.IDLE)
        emergency(turn, reading, reading.emergency, fill(turn.state, reading, turn.site))
    elif state.aside in _OPEN_ENDED and reading.intent not in _COMMANDS:
        _replied(turn, text, ())
    else:
        _understood(turn, reading)


def _understood(turn: Turn, reading: Reading) -> None:
    quiet = turn.state.phase in QUIET
    match reading.intent:
        case Intent.STOP:
            data_right(turn, reading.stop or StopKind.OPT_OUT)
        case Intent.OPERATOR:
            want_operator(turn)
        case Intent.STATUS_LOOKUP:
            want_status(turn, reading)
        case Intent.CANCEL:
            cancel(turn)
        case Intent.HELP:
            turn.lead(turn.words("help", title=turn.words.title()))
            repeat_or_menu(turn)
        case Intent.BACK:
            back(turn)
        case Intent.RESTART:
            start_again(turn)
        case Intent.SKIP if not quiet:
            skip(turn)
        case Intent.DENY if not quiet and turn.state.phase is not Phase.CONFIRM:
            skip(turn)
        case Intent.GREETING if turn.state.phase is not Phase.IDLE:
            turn.lead(turn.words("greeting-short", title=turn.words.title()))
            repeat_or_menu(turn)
        case Intent.THANKS if not quiet:
            repeat(turn)
        case _:
            _told(turn, reading)


def _told(turn: Turn, reading: Reading) -> None:
    """The message is content: it answers an aside, adds to a ticket, or fills the draft."""
    state, before = turn.state, turn.draft
    digits = "".join(letter for letter in reading.text if letter.isdigit())
    if state.aside is Aside.TICKET_CODE and (reading.codes or digits):
        find(turn, reading.codes[0] if reading.codes else reading.text.strip()[:40])
    elif state.aside is Aside.TICKET_LAST4 and state.about and len(digits) >= 4:
        find(turn, state.about, digits[-4:])
    elif state.phase is Phase.DONE:
        _after_the_code(turn, reading)
    elif state.phase is Phase.IDLE:
        turn.put(draft=fill(state, reading, turn.site))
        begin(turn, kept=turn.draft != before)
    else:
        turn.put(draft=_filled(turn, reading))
        if turn.draft == before:
            miss(turn, reading.text)
        else:
            turn.put(misses=0, unread="")
            ask(turn)


def _filled(turn: Turn, reading: Reading) -> Draft:
    """The draft with the answer to the standing question, and with everything else the message holds."""
    state, draft = turn.state, turn.draft
    if state.aside is Aside.SUBJECT:
        return replace(draft, subject=reading.name or " ".join(reading.text.split())[:100])
    if state.aside in _PLACE_ASIDES and reading.place and draft.place:
        return more_place(draft, reading, turn.site)
    return fill(state, reading, turn.site)


def _after_the_code(turn: Turn, reading: Reading) -> None:
    """Thanks are left in peace, additions join the ticket, anything else is a new report."""
    words, last = turn.words, turn.state.tickets[-1] if turn.state.tickets else None
    nothing = reading.intent in {Intent.CONFIRM, Intent.DENY, Intent.THANKS, Intent.SKIP}
    if nothing or not any(letter.isalnum() for letter in reading.text):
        brief(turn)
    elif last is not None and _is_addition(reading, last, turn):
        turn.do(AmendTicket(last.code, reading.text))
        turn.say(words("added", code=words.ltr(last.code)))
    elif reading.request or reading.place or reading.phones or reading.name:
        turn.fresh(Phase.IDLE)
        turn.put(draft=fill(turn.state, reading, turn.site))
        begin(turn)
    else:
        turn.say(words("menu"), menu_choices(words))


def _is_addition(reading: Reading, last: KnownTicket, turn: Turn) -> bool:
    """A correction, or words soon after the code that do not tell another matter."""
    age = turn.at - last.at
    if reading.corrects is not None:
        return age <= turn.site.times.same_matter
    other = bool(reading.categories) and last.category not in {OTHER, *reading.categories}
    return age <= turn.site.times.addition and not other and not (reading.phones and reading.request)


def _replied(turn: Turn, text: str, media: tuple[Media, ...]) -> None:
    """The answer to an operator's question, or why a result is not enough: it goes to the ticket."""
    words, ticket = turn.words, own_ticket(turn.state, turn.state.about or "")
    reason = turn.state.aside is Aside.REASON
    turn.put(aside=None, about=None)
    if ticket is None:
        repeat_or_menu(turn)
        return
    turn.do(AmendTicket(ticket.code, text, media, reopen=reason))
    turn.lead(words("reopened" if reason else "added", code=words.ltr(ticket.code)))
    _go_on(turn)


def _go_on(turn: Turn) -> None:
    """After an answer about something else: the open report's question again, or nothing more."""
    if turn.state.phase in QUIET:
        turn.say("")
    else:
        ask(turn)


def _absorb(turn: Turn, draft: Draft) -> None:
    """While a person speaks: the draft grows in silence, and the question that is now due stands."""
    if turn.state.phase is not Phase.DONE and draft != turn.draft:
        turn.put(draft=draft)
        question = next_question(turn.state, turn.site, turn.at)
        turn.put(phase=question.phase, aside=None, offered=())


# -- what platforms hand over beside words


def _phone_shared(turn: Turn, event: PhoneShared) -> None:
    draft = with_phone(turn.draft, event, turn.state.phase, turn.site, turn.words)
    if draft is None:
        _unreadable(turn, "ask-phone-again")
    else:
        _handed_over(turn, draft, event.phone)


def _handed_over(turn: Turn, draft: Draft, words: str) -> None:
    """A native answer: into the draft; soon after the code into the ticket."""
    last = turn.state.tickets[-1] if turn.state.tickets else None
    if turn.state.held_by is not None:
        _absorb(turn, draft)
    elif turn.state.phase is Phase.DONE and last and turn.at - last.at <= turn.site.times.addition:
        turn.do(AmendTicket(last.code, words))
        turn.say(turn.words("added", code=turn.words.ltr(last.code)))
    elif turn.state.phase in QUIET:
        turn.fresh(Phase.IDLE)
        turn.put(draft=draft)
        begin(turn, kept=True)
    else:
        turn.put(draft=draft, misses=0, unread="")
        ask(turn)


def _media(turn: Turn, event: MediaReceived) -> None:
    """Files are kept with the report or the ticket; their caption is read like any words."""
    words, state = turn.words, turn.state
    kept, caption = worth_keeping(event.media), (event.caption or "").strip()
    last = state.tickets[-1] if state.tickets else None
    if not kept and not caption:
        _unreadable(turn, "sticker")
        return
    if state.held_by is not None:
        if state.phase not in QUIET:
            turn.write(media=state.draft.media + kept)
        return
    if event.album or not caption:
        turn.wait = turn.site.times.album
    if state.aside in _OPEN_ENDED:
        _replied(turn, caption, kept)
        return
    if state.phase is Phase.DONE and last and turn.at - last.at <= turn.site.times.addition:
        turn.do(AmendTicket(last.code, caption, kept))
        turn.say(words("added", code=words.ltr(last.code)))
        return
    if state.phase is Phase.DONE:
        turn.fresh(Phase.IDLE)
    turn.write(media=turn.draft.media + kept)
    if kept:
        spoken = all_spoken(kept)
        turn.lead(words("voice") if spoken else words("media", count=words.digits(str(len(turn.draft.media)))))
    if caption:
        _text(turn, caption)
    elif turn.state.phase is Phase.IDLE:
        begin(turn)
    elif all_spoken(kept) and turn.state.phase is Phase.REQUEST:
        miss(turn, "")
    else:
        repeat(turn)


def _unreadable(turn: Turn, text: str) -> None:
    """A sticker, a poll: said so, and the standing question comes again. After the code a sticker is but thanks."""
    if turn.state.held_by is not None:
        return
    if turn.state.phase is Phase.DONE and text == "sticker":
        brief(turn)
        return
    turn.lead(turn.words(text))
    if turn.state.phase is Phase.IDLE:
        begin(turn)
    elif turn.state.phase is Phase.DONE:
        repeat_or_menu(turn)
    elif turn.state.misses:
        miss(turn, "")
    else:
        turn.put(misses=1)
        repeat(turn)


# -- operators


def _by_operator(turn: Turn, event: OperatorEvent) -> None:
    match event:
        case OperatorTookOver():
            _hold(turn, event.operator)
        case OperatorWrote():
            _hold(turn, event.operator)
            _pass_on(turn, event)
        case OperatorHandedBack():
            _release(turn)
        case _:
            assert_never(event)


def _hold(turn: Turn, operator: OperatorId) -> None:
    """A person holds the conversation from now on, for the profile's time after their last word."""
    state = turn.state
    turn.put(
        held_by=operator,
        held_until=turn.at + turn.site.times.hold,
        waiting_since=None,
        announced=state.announced and state.held_by is not None,
        returned=False,
        misses=0,
    )


def _pass_on(turn: Turn, event: OperatorWrote) -> None:
    """Their words go out as they are; the first ones tell that a person has joined."""
    if not event.from_platform and (event.text or event.media):
        joined = "" if turn.state.announced else turn.words("operator-joined")
        text = "\n".join(part for part in (joined, event.text) if part)
        turn.do(Say(Message(text, sender_name=event.sender_name, media=event.media)))
    turn.put(announced=True)


def _release(turn: Turn) -> None:
    """The bot speaks again; its next answer tells so to whoever was told of the person."""
    if turn.state.held_by is not None:
        returned = turn.state.announced
        turn.put(held_by=None, held_until=None, announced=False, returned=returned, reminded=True)


def _release_when_due(turn: Turn) -> None:
    if turn.state.held_until is not None and turn.state.held_until <= turn.at:
        _release(turn)


# -- tickets


def _ticket_opened(turn: Turn, event: TicketOpened) -> None:
    """The report is a ticket: its code is said, who wrote is remembered, further matters are offered."""
    draft, words = turn.draft, turn.words
    ticket = KnownTicket(
        code=event.code,
        at=turn.at,
        category=draft.category or OTHER,
        ward_code=draft.place.ward_code if draft.place else None,
        request=(draft.request or "")[:_REMEMBERED_CHARS],
    )
    known = Draft(name=draft.name, phone=draft.phone, place=draft.place)
    turn.fresh(Phase.DONE)
    turn.put(tickets=(*turn.state.tickets, ticket)[-_TICKETS_REMEMBERED:], known=known, thanked=False, greeted=True)
    text = opened(event, draft, words)
    if draft.later:
        turn.put(draft=replace(draft, request=None, media=(), procedure=False))
        turn.lead(text)
        put_question(turn, Question(Phase.DONE, Aside.NEXT_MATTER))
    else:
        turn.say(text)


def _ticket_found(turn: Turn, event: TicketFound) -> None:
    """What the store knows; a code of somebody else's shows no more than its status until the phone is proved."""
    if event.code is None:
        turn.lead(turn.words("status-not-found"))
        put_question(turn, Question(turn.state.phase, Aside.TICKET_CODE))
        return
    turn.lead(found(event, event.code, turn.words))
    if event.full:
        turn.put(aside=None, about=None, misses=0)
        _go_on(turn)
    else:
        turn.put(about=event.code)
        put_question(turn, Question(turn.state.phase, Aside.TICKET_LAST4))


def _ticket_changed(turn: Turn, event: TicketChanged) -> None:
    """News in plain words; a result asks for a rating, a question of the office waits for its answer."""
    words, state = turn.words, turn.state
    if own_ticket(state, event.code) is None:
        turn.put(tickets=(*state.tickets, KnownTicket(event.code, turn.at))[-_TICKETS_REMEMBERED:])
    text = changed(event, words)
    quiet = state.phase in QUIET and state.held_by is None
    if event.status == "resolved":
        turn.say(f"{text}\n{words('rating')}", rating_choices(event.code, words))
    elif event.status == "need_info" and quiet:
        turn.put(aside=Aside.NEED_INFO, about=event.code)
        turn.say(text)
    elif event.status == "need_info":
        turn.say(text, (words.button(f"reply:{event.code.lower()}", "button-reply"),))
    else:
        turn.say(text, keep=True)


# -- time


def _time_passed(turn: Turn) -> None:
    """What was due by now happens once, however often it is told."""
    _release_when_due(turn)
    _lapse_when_due(turn)
    state = turn.state
    if state.last_contact_at is not None and reminds(state, turn.site):
        if turn.at >= state.last_contact_at + turn.site.times.reminder:
            put_question(turn, Question(state.phase, Aside.RESUME))
            turn.put(reminded=True)


def _lapse_when_due(turn: Turn) -> None:
    """An open report nobody came back to is deleted; whoever writes again is told."""
    state = turn.state
    if state.held_by is not None or state.phase in QUIET or state.last_contact_at is None:
        return
    if turn.at >= state.last_contact_at + turn.site.times.draft:
        something = state.draft != Draft()
        turn.fresh(Phase.IDLE)
        turn.put(lapsed=something, greeted=False)
