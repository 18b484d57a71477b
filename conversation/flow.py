"""The moves that every transition is made of: put a question, repeat it, begin a report, send it, end it.

A phase or an aside changes here and nowhere else but by these moves; who makes which move when stands in machine.py
(events and words), presses.py (buttons) and commands.py.
"""

from dataclasses import replace

from conversation.asking import menu_choices, put
from conversation.effects import AlertOperators, OpenTicket, TicketDraft, Urgency
from conversation.frozen import altered
from conversation.places import Place
from conversation.profile import OTHER, ConsentMode, Profile, due_at
from conversation.questions import Question, next_question
from conversation.slots import located
from conversation.state import Aside, ConversationState, Draft, KnownTicket, Phase
from conversation.turn import Turn
from conversation.understanding.reader import read
from conversation.understanding.reading import Reading

_MOST_MISSES = 8
"""In a row; then operators are told and nothing more is said until something is understood: two machines would else
talk to each other for ever."""
_UNREAD_CHARS = 4000
QUIET = frozenset({Phase.IDLE, Phase.DONE})
"""No report is open."""
_ONCE = {Aside.WARD_MISSING: "ward", Aside.PIN_WORDS: "pin", Aside.FORMAL: "formal"}
"""Questions that are put once and not insisted on."""
_OWN_WORDS_AGAIN: frozenset[Phase | Aside] = frozenset(
    {Phase.CONSENT, Phase.NAME, Phase.PHONE, Phase.ADDRESS, Phase.REQUEST, Aside.NATIONAL_ID}
)
"""Their second wording says itself that the first answer was not understood."""
_READ_AS = {
    Aside.NATIONAL_ID: Phase.IDLE,
    Aside.TICKET_CODE: Phase.IDLE,
    Aside.TICKET_PICK: Phase.IDLE,
    Aside.TICKET_LAST4: Phase.IDLE,
    Aside.SUBJECT: Phase.NAME,
    Aside.REASON: Phase.REQUEST,
    Aside.NEED_INFO: Phase.REQUEST,
    Aside.KNOWN: Phase.CONFIRM,
    Aside.SAME_MATTER: Phase.CONFIRM,
    Aside.MATTERS: Phase.CONFIRM,
    Aside.FORMAL: Phase.CONFIRM,
    Aside.EDIT: Phase.CONFIRM,
    Aside.NEXT_MATTER: Phase.CONFIRM,
}
"""As which question's answer a message is read while an aside stands; the phase's own otherwise."""


def reading_phase(state: ConversationState) -> Phase:
    return _READ_AS.get(state.aside, state.phase) if state.aside else state.phase


def begin(turn: Turn, *, kept: bool = False) -> None:
    """A report begins: the greeting once, then the first question. `kept`: the first message held something already."""
    words, state = turn.words, turn.state
    if not state.greeted:
        turn.lead(words.greeting())
        if turn.site.consent.mode is ConsentMode.NOTICE:
            turn.lead(words.notice("notice"))
        turn.put(greeted=True)
    question = next_question(turn.state, turn.site, turn.at)
    if kept and question.phase is Phase.CONSENT:
        turn.lead(words("kept"))
    put_question(turn, question)


def ask(turn: Turn, due: Question | None = None) -> None:
    """The next question, whichever it is by what is known now (`due`, where that was found out already); consent is asked
    for shortly once the notice was read.
    """
    question = due or next_question(turn.state, turn.site, turn.at)
    put_question(turn, question, again=turn.state.phase is question.phase is Phase.CONSENT)


def put_question(turn: Turn, question: Question, *, again: bool = False) -> None:
    """The question stands from now on, and is said."""
    about = question.about.code if question.about else turn.state.about
    turn.put(phase=question.phase, aside=question.aside, about=about)
    if turn.draft.procedure and "procedure" not in turn.draft.asked:
        turn.lead(turn.words("procedure"))
        turn.settle("procedure")
    if turn.draft.priority == "emergency" and question.phase is Phase.ADDRESS:
        turn.settle("urgent")
    asked = put(question, turn.state, turn.words, turn.site, again=again)
    if question.aside in _ONCE:
        turn.settle(_ONCE[question.aside])
    turn.say(asked.text, asked.choices, asked.native)


def repeat(turn: Turn, *, again: bool = False) -> None:
    """The standing question once more."""
    state = turn.state
    about = next((ticket for ticket in state.tickets if ticket.code == state.about), None)
    if state.aside is Aside.SAME_MATTER and about is None:
        ask(turn)
        return
    put_question(turn, Question(state.phase, state.aside, about), again=again)


def repeat_or_menu(turn: Turn) -> None:
    """The standing question once more, or what one can do here when none stands."""
    if turn.state.phase in QUIET and turn.state.aside is None:
        turn.say(turn.words("menu"), menu_choices(turn.words))
    else:
        repeat(turn)


def go_on(turn: Turn) -> None:
    """After an answer about something else: the open report's question again, or nothing more."""
    if turn.state.phase in QUIET:
        turn.say("")
    else:
        ask(turn)


def miss(turn: Turn, text: str) -> None:
    """Not understood: once the question is put otherwise, the second time there are ways out."""
    state = turn.state
    misses = min(state.misses + (0 if turn.quick and state.misses else 1), _MOST_MISSES)
    turn.put(misses=misses, unread=f"{state.unread}\n{text}".strip()[:_UNREAD_CHARS])
    if state.misses == _MOST_MISSES:
        return
    if misses == _MOST_MISSES:
        turn.do(AlertOperators("not_understood", Urgency.NOTICE))
    if misses >= 2 and state.phase is not Phase.CONSENT:
        turn.lead(turn.words("not-understood"))
        put_question(turn, Question(state.phase, Aside.STUCK))
        return
    turn.wait = turn.site.times.album
    if (state.aside or state.phase) not in _OWN_WORDS_AGAIN:
        turn.lead(turn.words("not-understood"))
    repeat(turn, again=True)


def unreadable(turn: Turn, text: str) -> None:
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


def brief(turn: Turn) -> None:
    """Short thanks, once; then silence."""
    if not turn.state.thanked:
        turn.put(thanked=True)
        turn.say(turn.words("thanks"))


def start_again(turn: Turn) -> None:
    """Whatever was open is dropped, a new report begins."""
    turn.fresh(Phase.IDLE)
    begin(turn)


def submit(turn: Turn) -> None:
    """The report is handed over, if nothing is missing; its code comes back as an event."""
    question = next_question(turn.state, turn.site, turn.at)
    if question != Question(Phase.CONFIRM):
        put_question(turn, question)
        return
    draft = turn.draft
    category = draft.category or OTHER
    turn.do(
        OpenTicket(
            TicketDraft(
                name=draft.name,
                phone=draft.phone,
                place=draft.place,
                request=draft.request or "",
                category=category,
                department=department(turn.site, category),
                due_at=None if draft.priority == "emergency" else due_at(turn.site, category, turn.at),
                subject=draft.subject,
                publish=draft.publish,
                priority=draft.priority,
                media=draft.media,
                national_id=draft.national_id,
                announcement=draft.announcement,
            )
        )
    )
    turn.put(offered=(), aside=None)


def department(site: Profile, category: str) -> str | None:
    return (site.categories.get(category) or site.categories[OTHER]).department


def take_matter(turn: Turn, first: str, later: tuple[str, ...]) -> None:
    """One of several matters becomes the request; the others wait for their own report."""
    found = read(first, Phase.REQUEST, turn.site.lexicon).categories
    turn.write(request=first, later=later, category=found[0] if found else None)
    turn.settle("matters", "same")


def emergency(turn: Turn, reading: Reading, kind: str, filled: Draft) -> None:
    """The number first, in the same answer and before any consent; operators know at once; the report goes on."""
    turn.do(AlertOperators(f"emergency_{kind}", Urgency.EMERGENCY))
    turn.lead(turn.words(f"emergency-{kind}", numbers=turn.site.emergencies[kind]))
    turn.put(draft=altered(filled, priority="emergency", request=filled.request or reading.text, vague=False), misses=0)
    turn.put(greeted=True)
    turn.settle("same", "matters", "formal")
    ask(turn)


def more_place(draft: Draft, reading: Reading, site: Profile) -> Draft:
    """The place with the words that were asked for; both are read together, so that each helps the other."""
    old = draft.place or Place("")
    raw = ", ".join(part for part in (old.raw, reading.text.strip()) if part)
    found = read(raw, Phase.ADDRESS, site.lexicon).place or reading.place
    place = found.place if found else old
    joined = replace(place, raw=raw, latitude=old.latitude, longitude=old.longitude)
    return altered(draft, place=located(joined, site), places=found.candidates if found else ())


def own_ticket(state: ConversationState, code: str, *, also_elsewhere: bool = False) -> KnownTicket | None:
    """The ticket of this conversation that a button speaks of; or of the same person's other chats."""
    tickets = (*state.tickets, *state.elsewhere) if also_elsewhere else state.tickets
    return next((ticket for ticket in tickets if ticket.code.lower() == code.lower()), None)
