"""What a command does: cancel, back, skip, a person, the status, one's own data."""

from conversation.asking import details
from conversation.effects import AlertOperators, EraseContact, FindTicket, FindTickets, Urgency
from conversation.flow import QUIET, ask, begin, miss, put_question, repeat_or_menu
from conversation.frozen import altered
from conversation.questions import FIELDS, PHASES, Question
from conversation.slots import fill
from conversation.state import NOTHING_TOLD, Aside, ConversationState, Phase
from conversation.topics import show, switch
from conversation.turn import Turn
from conversation.understanding.reader import read
from conversation.understanding.reading import Reading, StopKind

_ASKING_WORDS = 5
"""A longer question for a status tells of what."""
_PASSED_OVER = {
    Aside.WARD_PICK: "ward",
    Aside.WARD_MISSING: "ward",
    Aside.PIN_WORDS: "pin",
    Aside.KNOWN: "known",
    Aside.SAME_MATTER: "same",
    Aside.MATTERS: "matters",
    Aside.FORMAL: "formal",
}


def cancel(turn: Turn) -> None:
    """The open report is dropped; one that was sent stays, and a person can withdraw it."""
    words, state = turn.words, turn.state
    if state.phase is Phase.DONE and state.tickets:
        text = words("cancel-sent", code=words.ltr(state.tickets[-1].code))
        turn.put(aside=None)
        turn.say(text, (words.button("menu:operator", "button-operator"),))
        return
    turn.fresh(Phase.IDLE)
    turn.say(words("cancelled"))


def back(turn: Turn) -> None:
    """The question before the standing one; its answer stays until another one comes."""
    state, order = turn.state, turn.site.report.order
    if state.phase in QUIET or state.phase is Phase.CONSENT:
        repeat_or_menu(turn)
        return
    if state.aside is not None:
        put_question(turn, Question(state.phase))
        return
    field = FIELDS.get(state.phase)
    at = order.index(field) if field in order else len(order)
    put_question(turn, Question(PHASES[order[max(at - 1, 0)]]))


def skip(turn: Turn) -> None:
    """Passes over what may be passed over; a required answer is asked for again."""
    state = turn.state
    if state.aside in _PASSED_OVER:
        turn.settle(_PASSED_OVER[state.aside])
        turn.write(places=())
        ask(turn)
    elif state.aside is Aside.TICKET_CODE and state.unread and turn.draft.request is None:
        _report_instead(turn)
    elif state.aside in {Aside.REASON, Aside.NEED_INFO, Aside.TICKET_CODE, Aside.TICKET_LAST4, Aside.TICKET_PICK}:
        turn.put(aside=None, about=None)
        repeat_or_menu(turn)
    elif state.aside is None and state.phase in FIELDS and _may_skip(turn):
        turn.settle(f"skip:{FIELDS[state.phase]}")
        ask(turn)
    else:
        miss(turn, "")


def _report_instead(turn: Turn) -> None:
    """Who asked how something stands and has no code of ours asks an office: the question becomes the report."""
    text = turn.state.unread
    told = altered(read(text, Phase.REQUEST, turn.site.lexicon), request=text)
    turn.put(aside=None, about=None, unread="")
    turn.put(draft=fill(turn.state, told, turn.site))
    begin(turn, kept=True)


def _may_skip(turn: Turn) -> bool:
    """Optional, or known already: then the question stood because the citizen went back to it."""
    field = FIELDS[turn.state.phase]
    draft = turn.draft
    known = {
        "name": draft.name,
        "phone": draft.phone,
        "address": draft.place,
        "request": None if draft.vague else draft.request,
    }[field]
    return field not in turn.site.report.required or known is not None


def say_and_stay(turn: Turn, text: str) -> None:
    """Said in the middle of a question, whose buttons come along: Viber and Messenger take them away with any message."""
    turn.say(text, turn.state.offered)


def want_operator(turn: Turn) -> None:
    """Operators are told once; the citizen learns when to expect them, and the report may go on meanwhile."""
    words, site = turn.words, turn.site
    if turn.state.waiting_since is not None:
        say_and_stay(turn, words("operator-waiting"))
        return
    turn.do(AlertOperators("wants_operator", Urgency.WAITING))
    turn.put(waiting_since=turn.at, misses=0)
    if turn.state.aside is Aside.STUCK:
        turn.put(aside=None)
    opening = site.office.next_opening(turn.at)
    ahead = turn.account.waiting
    if ahead and site.office.is_open(turn.at):
        minutes = words.digits(str(site.answer_minutes * (ahead + 1)))
        text = words("operator-queue", ahead=words.digits(str(ahead)), minutes=minutes)
    elif opening is None or site.office.is_open(turn.at):
        text = words("operator-soon", minutes=words.digits(str(site.answer_minutes)))
    else:
        text = words("operator-closed", time=words.moment(opening))
    say_and_stay(turn, text)


def want_status(turn: Turn, reading: Reading) -> None:
    """Looks up the code that was named, the only ticket there is, or asks which one. Whoever proved to be the same person
    in other chats has their tickets, too: the store tells which.
    """
    if reading.codes:
        find(turn, reading.codes[0], reading.last4)
        return
    turn.put(unread=reading.text if len(reading.text.split()) > _ASKING_WORDS else "")
    if turn.state.proved:
        turn.do(FindTickets())
    else:
        choose_ticket(turn)


def choose_ticket(turn: Turn) -> None:
    """The only ticket there is, or the question which one."""
    tickets = (*turn.state.tickets, *turn.state.elsewhere)
    if len(tickets) == 1:
        find(turn, tickets[0].code)
    elif tickets:
        put_question(turn, Question(turn.state.phase, Aside.TICKET_PICK))
    else:
        put_question(turn, Question(turn.state.phase, Aside.TICKET_CODE))


def find(turn: Turn, code: str, last4: str | None = None) -> None:
    """The store looks; its answer is an event of its own, so nothing is said yet."""
    turn.do(FindTicket(code, last4))


def data_right(turn: Turn, kind: StopKind, topic: str | None = None) -> None:
    """Announcements (about one topic) or none, erasure, or what is kept: done or confirmed at once, and operators know of
    the last two.
    """
    words = turn.words
    if kind in {StopKind.OPT_OUT, StopKind.OPT_IN}:
        switch(turn, topic, wanted=kind is StopKind.OPT_IN)
        return
    if kind is StopKind.TOPICS:
        show(turn)
        return
    alert = AlertOperators(f"data_request_{kind}", Urgency.NOTICE)
    if kind is StopKind.ERASE:
        sent = bool(turn.state.tickets)
        erase(turn, "erase_request")
        turn.do(alert)  # afterwards, for what was to be told before goes with the rest
        turn.say("\n".join([words("erased"), words("erased-tickets")] if sent else [words("erased")]))
        return
    turn.do(alert)
    kept_draft = turn.draft if turn.draft != NOTHING_TOLD else turn.state.known
    kept = details(kept_draft, kept_draft, words)
    lines = [words("see-data", details=kept) if kept else words("see-data-none")]
    if turn.state.tickets:
        codes = words("separator").join(words.ltr(ticket.code) for ticket in turn.state.tickets)
        lines.append(words("see-data-tickets", codes=codes))
    say_and_stay(turn, "\n".join(lines))


def erase(turn: Turn, reason: str) -> None:
    """Nothing of the conversation is remembered but its language, and that this person wants no announcements."""
    turn.do(EraseContact(reason))
    turn.state = ConversationState(
        language=turn.state.language, opted_out=True, greeted=False, last_contact_at=turn.state.last_contact_at
    )
