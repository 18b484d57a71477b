"""What a button does, pressed or typed.

A code travelled through the citizen's device: it counts only while it is offered, and says nothing about whose ticket
it names. A stale one never breaks anything.
"""

from dataclasses import replace

from conversation.commands import cancel, find, skip, want_operator, want_status
from conversation.effects import AmendTicket
from conversation.flow import (
    QUIET,
    ask,
    begin,
    brief,
    own_ticket,
    put_question,
    repeat,
    repeat_or_menu,
    start_again,
    submit,
    take_matter,
)
from conversation.matters import several
from conversation.places import Place
from conversation.questions import PHASES, Question
from conversation.slots import located
from conversation.state import Aside, Consent, ConversationState, Draft, Phase
from conversation.turn import Turn
from conversation.understanding.fold import fold
from conversation.understanding.reading import Field, Intent, Reading

_FREE = frozenset({"menu", "rate", "ticket", "reply", "lang"})
"""Buttons that mean the same whenever they are pressed."""
_RATINGS = frozenset({"satisfied", "acceptable", "unsatisfied"})
_NAME_CHARS = 100


def typed(state: ConversationState, reading: Reading) -> str | None:
    """The offered button that a message names by its number, by its label, or by a plain yes or no."""
    offered = state.offered
    if reading.number is not None and reading.number <= len(offered):
        return offered[reading.number - 1].code
    key = fold(reading.text).strip(" .!,")
    for choice in offered:
        if key == fold(choice.label):
            return choice.code
    ending = {Intent.CONFIRM: ":yes", Intent.DENY: ":no"}.get(reading.intent)
    return next((choice.code for choice in offered if ending and choice.code.endswith(ending)), None)


def pressed(turn: Turn, code: str, by: str = "button") -> None:
    """Does what the button says, if it still may."""
    head, _, value = code.partition(":")
    if head not in _FREE and all(code != choice.code for choice in turn.state.offered):
        _stale(turn)
        return
    turn.put(misses=0)
    match head, value:
        case "consent", "yes":
            turn.put(consent=Consent(turn.site.consent.version, turn.at, by))
            ask(turn)
        case "consent", _:
            turn.fresh(Phase.IDLE)
            turn.put(consent=None)
            turn.say(turn.words("consent-refused", hotline=turn.site.hotline))
        case "confirm", "yes":
            submit(turn)
        case "confirm", "no":
            put_question(turn, Question(Phase.CONFIRM, Aside.EDIT))
        case "confirm", _:
            cancel(turn)
        case "edit", _:
            put_question(turn, Question(PHASES[Field(value)]))
        case "known", "yes":
            known = turn.state.known
            turn.write(name=turn.draft.name or known.name, phone=known.phone)
            ask(turn)
        case "place", _:
            turn.write(place=turn.state.known.place, places=())
            turn.settle("ward", "pin")
            ask(turn)
        case "phone", _:
            _phone(turn, value)
        case "ward", _ if value.isdigit():
            chosen, said = turn.draft.places[int(value)], turn.draft.place or Place("")
            place = replace(chosen, raw=said.raw, latitude=said.latitude, longitude=said.longitude)
            turn.write(place=located(place, turn.site), places=())
            ask(turn)
        case "matters", "yes":
            first, *later = several(turn.draft.request or "", turn.site.report.split_words)
            take_matter(turn, first, tuple(later))
            ask(turn)
        case "next", "yes":
            first, *later = turn.draft.later
            take_matter(turn, first, tuple(later))
            submit(turn)
        case "next", _:
            turn.fresh(Phase.DONE)
            brief(turn)
        case "same", _:
            _same(turn, joins=value == "yes")
        case ("formal", _) | ("resume", "yes"):
            ask(turn)
        case "raw", _:
            _raw(turn)
        case ("skip" | "known" | "matters" | "ward", _):
            skip(turn)
        case ("menu", "new") | ("resume", _):
            start_again(turn)
        case "menu", "status":
            want_status(turn, Reading(""))
        case "menu", "operator":
            want_operator(turn)
        case "lang", _ if value in turn.site.languages:
            turn.put(language=value)
            _speak(turn)
        case "ticket", _ if ticket := own_ticket(turn.state, value):
            find(turn, ticket.code)
        case "rate", _:
            _rate(turn, value)
        case "reply", _ if ticket := own_ticket(turn.state, value):
            put_question(turn, Question(turn.state.phase, Aside.NEED_INFO, ticket))
        case _:
            _stale(turn)


def _stale(turn: Turn) -> None:
    """A button of an earlier question: thanked for after the code, else the standing question comes again."""
    if turn.state.phase is Phase.DONE and turn.state.aside is None:
        brief(turn)
    elif turn.state.phase is Phase.IDLE:
        begin(turn)
    else:
        turn.lead(turn.words("stale"))
        repeat(turn)


def _speak(turn: Turn) -> None:
    """The other language is spoken from now on; the greeting and the notice are said again in it."""
    if turn.state.phase in {Phase.IDLE, Phase.CONSENT} and turn.state.held_by is None:
        turn.put(greeted=False)
        begin(turn)
    else:
        repeat_or_menu(turn)


def _phone(turn: Turn, value: str) -> None:
    """One of the numbers is the contact, or none of them: then it is asked for."""
    phones = turn.draft.phones
    if value == "yes" or value.isdigit():
        turn.write(phone=phones[int(value) if value.isdigit() else 0], phones=(), phone_was=None)
        ask(turn)
        return
    turn.write(phones=(), phone_was=None)
    put_question(turn, Question(Phase.PHONE))


def _same(turn: Turn, *, joins: bool) -> None:
    """The same matter again: the words join the ticket there is; or it is a report of its own where the site allows."""
    draft, ticket = turn.draft, own_ticket(turn.state, turn.state.about or "")
    if joins and ticket is not None:
        turn.do(AmendTicket(ticket.code, draft.request or "", draft.media))
        turn.fresh(Phase.DONE)
        turn.say(turn.words("added", code=turn.words.ltr(ticket.code)))
    elif turn.site.report.duplicates == "refuse":
        turn.fresh(Phase.DONE)
        turn.say(turn.words("cancelled"))
    else:
        turn.settle("same")
        ask(turn)


def _raw(turn: Turn) -> None:
    """What was not understood is taken as it was written, as the answer to the standing question."""
    words, draft = turn.words, turn.draft
    unread = turn.state.unread or (words("request-attached") if draft.media else "")
    match turn.state.phase:
        case Phase.NAME if unread:
            turn.write(name=" ".join(unread.split())[:_NAME_CHARS])
        case Phase.ADDRESS if unread and draft.place is None:
            turn.write(place=Place(raw=unread))
            turn.settle("ward")
        case _ if unread:
            turn.write(request="\n".join(part for part in (draft.request, unread) if part))
    turn.put(unread="", misses=0)
    if turn.state.phase is Phase.PHONE:
        turn.settle("skip:phone")
        turn.write(phones=(), phone_was=None)
    turn.lead(words("raw"))
    ask(turn)


def _rate(turn: Turn, value: str) -> None:
    """How content they are; who is not is asked why, and the report is looked at again."""
    rating, _, code = value.partition(":")
    ticket = own_ticket(turn.state, code)
    if ticket is None or rating not in _RATINGS:
        _stale(turn)
        return
    turn.do(AmendTicket(ticket.code, rating=rating))
    if rating == "unsatisfied":
        put_question(turn, Question(turn.state.phase, Aside.REASON, ticket))
        return
    turn.lead(turn.words("rating-thanks"))
    turn.put(aside=None, about=None)
    if turn.state.phase in QUIET or turn.draft == Draft():
        turn.say("")
    else:
        ask(turn)
