"""What a button does, pressed or typed.

A code travelled through the citizen's device: it counts only while it is offered, and says nothing about whose ticket
it names. A stale one never breaks anything.
"""

import re
from dataclasses import replace
from functools import lru_cache

from conversation.commands import cancel, find, skip, want_operator, want_status
from conversation.effects import AmendTicket, AnswerAnnouncement
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
from conversation.joining import looks_up
from conversation.matters import several
from conversation.messages import Choice, answer_in
from conversation.places import Place
from conversation.questions import PHASES, Question, next_question
from conversation.slots import located
from conversation.state import NOTHING_TOLD, Aside, Consent, ConversationState, Phase
from conversation.topics import by_button
from conversation.turn import Turn
from conversation.understanding.fold import fold
from conversation.understanding.reading import Field, Intent, Reading
from conversation.wording import Wording

_RATINGS = frozenset({"satisfied", "acceptable", "unsatisfied"})
_NAME_CHARS = 100
_PREFIXED_NUMBER = re.compile(r"[^\W\d]{1,6} ([1-9]\d?)")
_DIGIT = re.compile(r"\d")
_LABEL_CHARS = 200
"""A longer text names no button."""


def typed(state: ConversationState, reading: Reading, words: Wording) -> str | None:
    """The button that a message names: one offered, by its number, its label or a plain yes or no; or one that is always there."""
    offered = state.offered
    key = fold(reading.text[:_LABEL_CHARS]).strip(" .!,")
    place_asked = state.phase is Phase.ADDRESS and state.aside is None
    number = reading.number or _number(key, words, prefixed=not place_asked)
    if number is not None and number <= len(offered):
        return offered[number - 1].code
    for choice in offered:
        if key == _key(choice.label) or agrees_and_more(choice, reading):
            return choice.code
    standing = words.standing(key)
    ending = {Intent.CONFIRM: ":yes", Intent.DENY: ":no"}.get(reading.intent)
    if standing is not None or ending is None:
        return standing
    return next((choice.code for choice in offered if choice.code.endswith(ending)), None)


def _number(key: str, words: Wording, *, prefixed: bool) -> int | None:
    """A number in words of the language spoken ("hai"), or after one short word ("số 2", "option 2") if `prefixed`."""
    listed = _number_words(words("number-words"))
    if key in listed:
        return listed.index(key) + 1
    match = _PREFIXED_NUMBER.fullmatch(key) if prefixed else None
    return int(match[1]) if match else None


@lru_cache(maxsize=16)
def _number_words(listed: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in listed.split())


def agrees_and_more(choice: Choice, reading: Reading) -> bool:
    """Whether it is the agreement in its own words, then a comma or a full stop and something more."""
    if choice.code != "consent:yes":
        return False
    label, text = _key(choice.label), fold(reading.text)
    rest = text[len(label) :].lstrip()
    return text.startswith(label) and rest[:1] in {",", ".", ";", ":", "!"}


def _key(label: str) -> str:
    """A label's search key. Labels that hold a number may be somebody's phone: these are not remembered."""
    return fold(label) if _DIGIT.search(label) else _remembered(label)


_remembered = lru_cache(maxsize=512)(fold)


def pressed(turn: Turn, code: str, by: str = "button") -> None:
    """Does what the button says, if it still may. `by`: how consent was expressed."""
    announced = answer_in(code)
    if announced is not None:
        turn.do(AnswerAnnouncement(announced[1], announced[0]))
        return
    head, _, value = code.partition(":")
    offered = any(code == choice.code for choice in turn.state.offered)
    if head == "consent" and offered:
        _consent(turn, by if value == "yes" else None)
    elif head in _FREE or (offered and head in _ANSWERS):
        turn.put(misses=0)
        {**_ANSWERS, **_FREE}[head](turn, value)
    else:
        stale(turn, head)


def stale(turn: Turn, head: str = "") -> None:
    """A button of an earlier question: thanked for after the code, else the standing question comes again. Agreeing
    where no report is open is somebody who opened the chat anew and wants to begin.
    """
    if turn.state.phase is Phase.IDLE or (turn.state.phase is Phase.DONE and head == "consent"):
        start_again(turn)
    elif turn.state.phase is Phase.DONE and turn.state.aside is None:
        brief(turn)
    else:
        turn.lead(turn.words("stale"))
        repeat(turn)


def _consent(turn: Turn, by: str | None) -> None:
    """Agreed: the report goes on. Refused: everything that was written is forgotten."""
    if by is not None:
        turn.put(consent=Consent(turn.site.consent.version, turn.at, by), misses=0)
        if not looks_up(turn):
            ask(turn)
        return
    turn.fresh(Phase.IDLE)
    turn.put(consent=None)
    turn.say(turn.words("consent-refused", hotline=turn.site.hotline))


def _confirm(turn: Turn, value: str) -> None:
    match value:
        case "yes":
            submit(turn)
        case "no":
            put_question(turn, Question(Phase.CONFIRM, Aside.EDIT))
        case _:
            cancel(turn)


def _edit(turn: Turn, value: str) -> None:
    if value == "national-id":
        turn.write(national_id=None)
        put_question(turn, Question(Phase.NAME, Aside.NATIONAL_ID))
    else:
        put_question(turn, Question(PHASES[Field(value)]))


def _known(turn: Turn, value: str) -> None:
    """What we know of them is used again, or asked anew."""
    known = turn.state.known
    if value == "yes":
        turn.write(
            name=turn.draft.name or known.name,
            phone=known.phone,
            national_id=turn.draft.national_id or known.national_id,
        )
    else:
        turn.settle("known")
    ask(turn)


def _same_place(turn: Turn, _value: str) -> None:
    turn.write(place=turn.state.known.place, places=())
    turn.settle("ward", "pin")
    ask(turn)


def _ward(turn: Turn, value: str) -> None:
    """One of the candidates is the place's ward; `unknown`: the operator completes it."""
    if not value.isdigit():
        skip(turn)
        return
    chosen, said = turn.draft.places[int(value)], turn.draft.place or Place("")
    place = replace(chosen, raw=said.raw, latitude=said.latitude, longitude=said.longitude)
    turn.write(place=located(place, turn.site), places=())
    turn.settle("ward")
    ask(turn)


def _matters(turn: Turn, value: str) -> None:
    if value == "yes":
        first, *later = several(turn.draft.request or "", turn.site.report.split_words)
        take_matter(turn, first, tuple(later))
    turn.settle("matters")
    ask(turn)


def _next(turn: Turn, value: str) -> None:
    """The next matter of the same message is sent with the details that were confirmed, or dropped."""
    if value == "yes":
        first, *later = turn.draft.later
        take_matter(turn, first, tuple(later))
        submit(turn)
    else:
        turn.fresh(Phase.DONE)
        brief(turn)


def _formal(turn: Turn, _value: str) -> None:
    ask(turn)


def _resume(turn: Turn, value: str) -> None:
    if value == "yes":
        ask(turn)
    else:
        start_again(turn)


def _skip(turn: Turn, _value: str) -> None:
    skip(turn)


def _menu(turn: Turn, value: str) -> None:
    match value:
        case "new":
            start_again(turn)
        case "status":
            want_status(turn, Reading(""))
        case "operator":
            want_operator(turn)
        case _:
            stale(turn)


def _topics(turn: Turn, value: str) -> None:
    if not by_button(turn, value):
        stale(turn)


def _language(turn: Turn, value: str) -> None:
    """It is spoken from now on; the greeting and the notice are said again in it."""
    if value not in turn.site.languages:
        stale(turn)
        return
    turn.put(language=value)
    if turn.state.phase in {Phase.IDLE, Phase.CONSENT}:
        turn.put(greeted=False)
        begin(turn)
    else:
        repeat_or_menu(turn)


def _ticket(turn: Turn, value: str) -> None:
    ticket = own_ticket(turn.state, value, also_elsewhere=True)
    if ticket is None:
        stale(turn)
    else:
        find(turn, ticket.code)


def _reply(turn: Turn, value: str) -> None:
    ticket = own_ticket(turn.state, value)
    if ticket is None:
        stale(turn)
    else:
        put_question(turn, Question(turn.state.phase, Aside.NEED_INFO, ticket))


def _phone(turn: Turn, value: str) -> None:
    """One of the numbers is the contact, or none of them: then it is asked for."""
    phones = turn.draft.phones
    if value == "yes" or value.isdigit():
        turn.write(phone=phones[int(value) if value.isdigit() else 0], phones=(), phone_was=None)
        ask(turn)
        return
    turn.write(phones=(), phone_was=None)
    put_question(turn, Question(Phase.PHONE))


def _same(turn: Turn, value: str) -> None:
    """The same matter again: the words join the ticket there is; or it is a report of its own where the site allows."""
    draft, ticket = turn.draft, own_ticket(turn.state, turn.state.about or "")
    if value == "yes" and ticket is not None:
        turn.do(AmendTicket(ticket.code, draft.request or "", draft.media))
        turn.fresh(Phase.DONE)
        turn.say(turn.words("added", code=turn.words.ltr(ticket.code)))
    elif turn.site.report.duplicates == "refuse":
        turn.fresh(Phase.DONE)
        turn.say(turn.words("cancelled"))
    else:
        turn.settle("same")
        ask(turn)


def _raw(turn: Turn, _value: str) -> None:
    """What was not understood is taken as it was written, as the answer to the standing question."""
    words, draft = turn.words, turn.draft
    unread = turn.state.unread or (words("request-attached") if draft.media else "")
    due = next_question(turn.state, turn.site, turn.at)
    match turn.state.phase:
        case Phase.NAME if unread and due.aside not in {Aside.KNOWN, Aside.NATIONAL_ID}:
            turn.write(name=" ".join(unread.split())[:_NAME_CHARS])
        case Phase.ADDRESS if unread and draft.place is None:
            turn.write(place=Place(raw=unread))
            turn.settle("ward")
        case _ if unread:
            lines = [line for line in unread.splitlines() if line not in (draft.request or "").splitlines()]
            asked = turn.state.phase is Phase.REQUEST
            request = "\n".join(part for part in (draft.request, *lines) if part)
            turn.write(request=request, vague=not asked and (draft.vague or draft.request is None))
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
        stale(turn)
        return
    turn.do(AmendTicket(ticket.code, rating=rating))
    if rating == "unsatisfied":
        put_question(turn, Question(turn.state.phase, Aside.REASON, ticket))
        return
    turn.lead(turn.words("rating-thanks"))
    turn.put(aside=None, about=None)
    if turn.state.phase in QUIET or turn.draft == NOTHING_TOLD:
        turn.say("")
    else:
        ask(turn)


_ANSWERS = {
    "confirm": _confirm,
    "edit": _edit,
    "formal": _formal,
    "known": _known,
    "matters": _matters,
    "next": _next,
    "phone": _phone,
    "place": _same_place,
    "raw": _raw,
    "resume": _resume,
    "same": _same,
    "skip": _skip,
    "ward": _ward,
}
"""Buttons that count only under their own question."""
_FREE = {"lang": _language, "menu": _menu, "rate": _rate, "reply": _reply, "ticket": _ticket, "topics": _topics}
"""Buttons that mean the same whenever they are pressed."""
