"""The state machine: `step` leads every event, in any state, to a new state and what must be done.

Who makes which move when stands here for all that a citizen does, in operators.py, tickets.py and clock.py for the
rest. The moves themselves are in flow.py, what a command or a button does in commands.py and presses.py, which question
is next in questions.py, how it is put in asking.py, what a message adds to the report in slots.py.
"""

from datetime import UTC, datetime, timedelta
from typing import assert_never

from conversation.arrivals import all_spoken, with_form, with_phone, with_pin, worth_keeping
from conversation.clock import lapse_when_due, time_passed, wake_at
from conversation.commands import back, cancel, data_right, erase, find, skip, want_operator, want_status
from conversation.effects import AlertOperators, AmendTicket, Say, Transition, Urgency
from conversation.events import (
    AnnouncementAnswered,
    ChatClosed,
    ChatOpened,
    ChatsJoined,
    ChoicePicked,
    Event,
    FormSubmitted,
    JoinRefused,
    KnownFound,
    LinkCodeMade,
    LocationShared,
    MediaReceived,
    MessageEdited,
    MessageWithdrawn,
    NoAnswerMeant,
    OperatorHandedBack,
    OperatorTookOver,
    OperatorWrote,
    PhoneShared,
    Reacted,
    TextReceived,
    TicketChanged,
    TicketFound,
    TicketOpened,
    TicketsFound,
    TimePassed,
    UnsupportedReceived,
)
from conversation.flow import (
    QUIET,
    ask,
    begin,
    emergency,
    go_on,
    miss,
    more_place,
    own_ticket,
    put_question,
    reading_phase,
    repeat,
    repeat_or_menu,
    start_again,
    unreadable,
)
from conversation.frozen import altered
from conversation.help_wanted import announcement_answered, may_answer
from conversation.ids import PlatformName
from conversation.joining import by_store, grants, looks_up
from conversation.messages import Media, Message, answer_in
from conversation.operators import by_operator, release_when_due
from conversation.presses import agrees_and_more, pressed, typed
from conversation.profile import Channel, ConsentMode, Profile
from conversation.questions import FIELDS, OPEN_ENDED, PHASES, Question, next_question
from conversation.slots import fill, only_vague, overheard, with_supplement, without_ids
from conversation.state import NOTHING_TOLD, Aside, Consent, ConversationState, Draft, Phase
from conversation.tickets import after_the_code, ticket_changed, ticket_found, ticket_opened
from conversation.topics import change, heed
from conversation.turn import Turn
from conversation.understanding.reader import read
from conversation.understanding.reading import Intent, Reading, StopKind
from conversation.understanding.words import Said, hear

AnsweredEvent = (
    ChatOpened
    | TextReceived
    | ChoicePicked
    | PhoneShared
    | LocationShared
    | FormSubmitted
    | MediaReceived
    | UnsupportedReceived
    | ChatClosed
)
_QUICK = timedelta(seconds=3)
"""Two messages closer than this were typed as one: the second is no second misunderstanding."""
_COMMANDS = frozenset({Intent.CANCEL, Intent.HELP, Intent.OPERATOR, Intent.STOP, Intent.STATUS_LOOKUP})
_PLACE_ASIDES = frozenset({Aside.WARD_MISSING, Aside.PIN_WORDS, Aside.WARD_PICK})
_MOVES = {
    Intent.OPERATOR: want_operator,
    Intent.CANCEL: cancel,
    Intent.BACK: back,
    Intent.RESTART: start_again,
}
"""Commands that need nothing of the message but themselves."""


def step(state: ConversationState, event: Event, site: Profile, account: Channel) -> Transition:
    """What becomes of `state` by `event`, and what must be done. Total and deterministic; the clock is `event.at`."""
    if isinstance(event, MessageEdited | MessageWithdrawn | Reacted):
        return Transition(state)
    turn = Turn(state, event.at, site, account)
    release_when_due(turn)
    lapse_when_due(turn)
    match event:
        case OperatorTookOver() | OperatorWrote() | OperatorHandedBack():
            by_operator(turn, event)
        case TicketOpened():
            ticket_opened(turn, event)
        case TicketFound():
            ticket_found(turn, event)
        case TicketChanged():
            ticket_changed(turn, event)
        case KnownFound() | LinkCodeMade() | ChatsJoined() | JoinRefused() | TicketsFound():
            by_store(turn, event)
        case AnnouncementAnswered():
            announcement_answered(turn, event)
        case NoAnswerMeant():
            _heard(turn, event.text)
        case TimePassed():
            time_passed(turn)
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


def _by_contact(turn: Turn, event: AnsweredEvent) -> None:  # noqa: C901 - one arm for each kind of event
    since = turn.state.last_contact_at
    turn.quick = since is not None and turn.at - since < _QUICK
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
            if turn.state.held_by is None or answer_in(event.code):
                pressed(turn, event.code)
            else:
                heed(turn, event.code)
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
            unreadable(turn, "unsupported")
        case _:
            assert_never(event)


def _chat_opened(turn: Turn, event: ChatOpened) -> None:
    """A start is answered; a mere opening only greets who was never greeted. Said inline: the state moves silently."""
    state = turn.state
    if state.held_by is not None or (state.greeted and not event.explicit):
        return
    if state.phase not in QUIET and turn.draft != NOTHING_TOLD:
        put_question(turn, Question(state.phase, Aside.RESUME))
        return
    turn.put(greeted=state.greeted and state.phase is Phase.DONE)
    start_again(turn)
    if event.answered_inline:
        turn.effects.clear()


def _text(turn: Turn, text: str) -> None:
    """Whether it answers an announcement the store is asked first."""
    said = hear(text)
    if not may_answer(turn, text, said):
        _heard(turn, text, said)


def _heard(turn: Turn, text: str, said: Said | None = None) -> None:
    state = turn.state
    reading = read(text, reading_phase(state), turn.site.lexicon, said)
    if state.held_by is not None:
        _beside_a_person(turn, reading)
    elif not grants(turn, text):
        _answered(turn, text, reading)


def _beside_a_person(turn: Turn, reading: Reading) -> None:
    """Said to a person of ours: the bot is silent, but not deaf."""
    if reading.emergency:
        turn.do(AlertOperators(f"emergency_{reading.emergency}", Urgency.EMERGENCY))
    if reading.stop in {StopKind.OPT_OUT, StopKind.OPT_IN}:
        change(turn, reading.topic, wanted=reading.stop is StopKind.OPT_IN)
    _absorb(turn, overheard(turn.state, reading, turn.site))


def _answered(turn: Turn, text: str, reading: Reading) -> None:
    """A button named in words, an emergency, the answer to an open question, or anything else that was understood."""
    state = turn.state
    if reading.language in turn.site.languages and (reading.request or not (reading.name or reading.place)):
        turn.put(language=reading.language)  # a name or a street is no sign of the language somebody speaks
    code = typed(state, reading, turn.words)
    if code is not None:
        if reading.intent is Intent.CONFIRM or any(agrees_and_more(choice, reading) for choice in state.offered):
            turn.put(draft=fill(state, with_supplement(reading) if code == "confirm:yes" else reading, turn.site))
        pressed(turn, code, by="text")
    elif reading.emergency:
        if state.phase is Phase.DONE:
            turn.fresh(Phase.IDLE)
        emergency(turn, reading, reading.emergency, fill(turn.state, reading, turn.site))
    elif state.aside in OPEN_ENDED and reading.intent not in _COMMANDS:
        _replied(turn, text, ())
    else:
        _understood(turn, reading)


def _understood(turn: Turn, reading: Reading) -> None:
    """A command does what it says; what is none, or none at this point, is content."""
    intent, open_report = reading.intent, turn.state.phase not in QUIET
    asked = open_report or turn.state.aside is not None
    if intent in _MOVES:
        _MOVES[intent](turn)
    elif intent is Intent.STOP:
        data_right(turn, reading.stop or StopKind.OPT_OUT, reading.topic)
    elif intent is Intent.STATUS_LOOKUP:
        want_status(turn, reading)
    elif intent is Intent.HELP or (intent is Intent.GREETING and turn.state.phase is not Phase.IDLE):
        title = turn.words.title()
        turn.lead(turn.words("help" if intent is Intent.HELP else "greeting-short", title=title))
        if intent is Intent.HELP and turn.site.announcements.topics:
            turn.lead(turn.words("help-topics"))
        repeat_or_menu(turn)
    elif open_report and intent is Intent.THANKS:
        repeat(turn)
    elif asked and (intent is Intent.SKIP or (intent is Intent.DENY and turn.state.phase is not Phase.CONFIRM)):
        skip(turn)
    else:
        _told(turn, reading)


def _told(turn: Turn, reading: Reading) -> None:
    """The message is content: it answers an aside, adds to a ticket, or fills the draft."""
    state, before = turn.state, turn.draft
    digits = "".join(filter(str.isdigit, reading.text))
    elsewhere = bool(reading.phones or reading.place or reading.request)
    if state.aside is Aside.TICKET_CODE and (reading.codes or (digits and not elsewhere)):
        find(turn, reading.codes[0] if reading.codes else reading.text.strip()[:40])
    elif state.aside is Aside.TICKET_LAST4 and state.about and len(digits) >= 4:
        find(turn, state.about, digits[-4:])
    elif state.phase is Phase.DONE:
        after_the_code(turn, reading)
    elif state.phase is Phase.IDLE:
        turn.put(draft=fill(state, reading, turn.site))
        begin(turn, kept=turn.draft != before)
    else:
        draft = _filled(turn, reading)
        if draft == before and reading.corrects is not None:
            put_question(turn, Question(PHASES[reading.corrects]))
        elif draft == before or only_vague(before, draft):
            turn.put(draft=draft)
            miss(turn, reading.text)
        else:
            turn.put(draft=draft, misses=0, unread="")
            due = next_question(turn.state, turn.site, turn.at)
            if (due.phase, due.aside) == (state.phase, state.aside) and due.phase in FIELDS:
                turn.lead(turn.words("noted"))
            ask(turn, due)


def _filled(turn: Turn, reading: Reading) -> Draft:
    """The draft with the answer to the standing question, and with everything else the message holds."""
    state, draft = turn.state, turn.draft
    if state.aside is Aside.SUBJECT:
        return altered(draft, subject=reading.name or " ".join(reading.text.split())[:100])
    if state.aside in _PLACE_ASIDES and reading.place and draft.place:
        return more_place(draft, reading, turn.site)
    return fill(state, reading, turn.site)


def _replied(turn: Turn, text: str, media: tuple[Media, ...]) -> None:
    """The answer to an operator's question, or why a result is not enough: it goes to the ticket."""
    words, ticket = turn.words, own_ticket(turn.state, turn.state.about or "")
    reason = turn.state.aside is Aside.REASON
    turn.put(aside=None, about=None)
    if ticket is None:
        repeat_or_menu(turn)
        return
    turn.do(AmendTicket(ticket.code, without_ids(text, turn.site), media, reopen=reason))
    turn.lead(words("reopened" if reason else "added", code=words.ltr(ticket.code)))
    go_on(turn)


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
        unreadable(turn, "ask-phone-again")
    else:
        _handed_over(turn, draft, event.phone)


def _handed_over(turn: Turn, draft: Draft, words: str) -> None:
    """A native answer: into the draft; soon after the code into the ticket."""
    last = turn.state.tickets[-1] if turn.state.tickets else None
    if turn.state.held_by is not None:
        _absorb(turn, draft)
    elif turn.state.aside in OPEN_ENDED:
        _replied(turn, words, ())
    elif turn.state.phase is Phase.DONE and last and turn.at - last.at <= turn.site.times.addition:
        turn.do(AmendTicket(last.code, words))
        turn.say(turn.words("added", code=turn.words.ltr(last.code)))
    else:
        quiet = turn.state.phase in QUIET
        if quiet:
            turn.fresh(Phase.IDLE)
        turn.put(draft=draft, misses=0, unread="")
        if not looks_up(turn):
            begin(turn, kept=True) if quiet else ask(turn)


def _media(turn: Turn, event: MediaReceived) -> None:
    """Files are kept with the report or the ticket; their caption is read like any words."""
    kept, caption = worth_keeping(event.media), (event.caption or "").strip()
    last = turn.state.tickets[-1] if turn.state.tickets else None
    if event.album or not caption:
        turn.wait = turn.site.times.album
    if not kept and not caption:
        unreadable(turn, "sticker")
    elif turn.state.held_by is not None:
        _absorb(turn, altered(turn.draft, media=turn.draft.media + kept))
    elif turn.state.aside in OPEN_ENDED:
        _replied(turn, caption, kept)
    elif turn.state.phase is Phase.DONE and last and turn.at - last.at <= turn.site.times.addition:
        turn.do(AmendTicket(last.code, caption, kept))
        turn.say(turn.words("added", code=turn.words.ltr(last.code)))
    else:
        _attached(turn, kept, caption)


def _attached(turn: Turn, kept: tuple[Media, ...], caption: str) -> None:
    """The files join the open report, or begin one; a caption is an answer, a voice alone is none."""
    words = turn.words
    if turn.state.phase is Phase.DONE:
        turn.fresh(Phase.IDLE)
    turn.write(media=turn.draft.media + kept)
    if kept:
        count = words.digits(str(len(turn.draft.media)))
        turn.lead(words("voice") if all_spoken(kept) else words("media", count=count))
    if caption:
        _heard(turn, caption)
    elif turn.state.phase is Phase.IDLE:
        begin(turn)
    elif all_spoken(kept) and turn.state.phase is Phase.REQUEST:
        miss(turn, "")
    else:
        repeat(turn)
