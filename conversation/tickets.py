"""What the store and the departments tell about tickets, what the citizen hears of it and writes after the code."""

from conversation.asking import menu_choices, rating_choices
from conversation.effects import AmendTicket
from conversation.events import TicketChanged, TicketFound, TicketOpened
from conversation.flow import QUIET, begin, brief, go_on, own_ticket, put_question, repeat
from conversation.frozen import altered
from conversation.matters import is_addition, says_nothing
from conversation.news import changed, found, opened
from conversation.profile import OTHER
from conversation.questions import Question
from conversation.slots import fill, without_ids
from conversation.state import Aside, Draft, KnownTicket, Phase
from conversation.turn import Turn
from conversation.understanding.reading import Reading

_REMEMBERED_CHARS = 500
_TICKETS_REMEMBERED = 20


def ticket_opened(turn: Turn, event: TicketOpened) -> None:
    """The report is a ticket: its code is said, who wrote is remembered, further matters are offered."""
    draft, words = turn.draft, turn.words
    ticket = KnownTicket(
        code=event.code,
        at=turn.at,
        category=draft.category or OTHER,
        ward_code=draft.place.ward_code if draft.place else None,
        request=(draft.request or "")[:_REMEMBERED_CHARS],
    )
    known = Draft(name=draft.name, phone=draft.phone, place=draft.place, national_id=draft.national_id)
    turn.fresh(Phase.DONE)
    turn.put(tickets=(*turn.state.tickets, ticket)[-_TICKETS_REMEMBERED:], known=known, thanked=False, greeted=True)
    turn.put(borrowed=False)
    text = opened(event, draft, words)
    if turn.site.report.offer_linking and not (turn.state.link_told or turn.state.proved):
        turn.put(link_told=True)
        text = f"{text}\n{words('link-hint')}"
    if draft.later:
        turn.put(draft=altered(draft, request=None, media=(), procedure=False))
        turn.lead(text)
        put_question(turn, Question(Phase.DONE, Aside.NEXT_MATTER))
    else:
        turn.say(text)


def ticket_found(turn: Turn, event: TicketFound) -> None:
    """What the store knows; a code of somebody else's shows no more than its status until the phone is proved."""
    if event.code is None:
        turn.lead(turn.words("status-not-found"))
        put_question(turn, Question(turn.state.phase, Aside.TICKET_CODE))
        return
    turn.lead(found(event, event.code, turn.words))
    if event.full:
        turn.put(aside=None, about=None, misses=0)
        go_on(turn)
    else:
        turn.put(about=event.code)
        put_question(turn, Question(turn.state.phase, Aside.TICKET_LAST4))


def ticket_changed(turn: Turn, event: TicketChanged) -> None:
    """News in plain words; a result asks for a rating, a question of the office waits for its answer."""
    words = turn.words
    if event.opened:
        turn.fresh(Phase.DONE)  # what was collected so far is in that ticket, or was not wanted
    state = turn.state
    if own_ticket(state, event.code) is None:
        turn.put(tickets=(*state.tickets, KnownTicket(event.code, turn.at))[-_TICKETS_REMEMBERED:])
    text = changed(event, words)
    quiet = state.phase in QUIET and state.held_by is None
    if event.linked or event.deadline:
        turn.say(text, media=event.media, keep=True)
    elif event.status == "resolved":
        turn.say(f"{text}\n{words('rating')}", rating_choices(event.code, words), media=event.media)
    elif event.status == "need_info" and quiet:
        turn.put(aside=Aside.NEED_INFO, about=event.code)
        turn.say(text, media=event.media)
    elif event.status == "need_info":
        turn.say(text, (words.button(f"reply:{event.code.lower()}", "button-reply"),), media=event.media)
    else:
        turn.say(text, media=event.media, keep=True)


def after_the_code(turn: Turn, reading: Reading) -> None:
    """Thanks are left in peace, additions join the ticket, anything else is a new report."""
    words, last = turn.words, turn.state.tickets[-1] if turn.state.tickets else None
    recent = last is not None and turn.at - last.at <= turn.site.times.addition
    nothing = says_nothing(reading, recent=recent)
    if nothing and turn.state.aside is Aside.NEXT_MATTER:
        repeat(turn)
        return
    turn.put(aside=None, about=None)
    if nothing:
        brief(turn)
    elif last is not None and is_addition(reading, last, turn.site, turn.at):
        turn.do(AmendTicket(last.code, without_ids(reading.text, turn.site)))
        turn.say(words("added", code=words.ltr(last.code)))
    elif reading.request or reading.place or reading.phones or reading.name:
        turn.fresh(Phase.IDLE)
        turn.put(draft=fill(turn.state, reading, turn.site))
        begin(turn)
    else:
        turn.say(words("menu"), menu_choices(words))
