"""What comes of a button under an announcement, once the store has told that they got it."""

from conversation.commands import say_and_stay
from conversation.effects import AlertOperators, AmendTicket, Urgency
from conversation.events import AnnouncementAnswered
from conversation.flow import ask
from conversation.messages import Answer
from conversation.presses import stale
from conversation.state import Phase
from conversation.turn import Turn


def announcement_answered(turn: Turn, event: AnnouncementAnswered) -> None:
    """A receipt is thanked for, help becomes a report. While a person speaks the bot is silent; operators hear of a call
    for help all the same. A button of what they never got does nothing.
    """
    silent = turn.state.held_by is not None
    if event.text is None:
        if not silent:
            stale(turn)
    elif event.answer is Answer.HELP:
        turn.do(AlertOperators("needs_help", Urgency.EMERGENCY))
        if not silent:
            _help(turn, event, event.text)
    elif not silent:
        say_and_stay(turn, turn.words("announcement-thanks"))


def _help(turn: Turn, event: AnnouncementAnswered, text: str) -> None:
    """A report with what is known of them, so that one press sends it; what was being told already stays in it."""
    words = turn.words
    request = words("help-request", text=words.shortened(text, mention=True))
    lead = words("help-wanted", emergency=turn.site.emergency_line[words.language])
    if event.ticket is not None:
        turn.do(AmendTicket(event.ticket, request))
        turn.lead(lead)
        say_and_stay(turn, words("added", code=words.ltr(event.ticket)))
        return
    if turn.state.phase is Phase.DONE:
        turn.fresh(Phase.IDLE)
    draft, known = turn.draft, turn.state.known
    told = draft.request or ""
    turn.write(
        name=draft.name or known.name,
        phone=draft.phone or known.phone,
        national_id=draft.national_id or known.national_id,
        place=draft.place or known.place,
        request=told if request in told else f"{told}\n{request}".strip(),
        vague=False,
        priority="emergency" if draft.priority == "emergency" else "high",
        announcement=event.announcement,
    )
    turn.put(greeted=True, misses=0, aside=None, about=None, unread="")
    turn.settle("same", "matters", "formal", "known")
    turn.lead(lead)
    ask(turn)
