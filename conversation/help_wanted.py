"""Answers to an announcement, by its button or in words: what comes of them once the store has told which it was."""

from conversation.commands import say_and_stay
from conversation.effects import AlertOperators, AmendTicket, AnswerLatest, Urgency
from conversation.events import AnnouncementAnswered
from conversation.flow import QUIET, ask
from conversation.messages import Answer
from conversation.presses import stale
from conversation.questions import OPEN_ENDED
from conversation.state import Phase
from conversation.turn import Turn
from conversation.understanding.answers import answer_in_words
from conversation.understanding.words import Said


def may_answer(turn: Turn, text: str, said: Said) -> bool:
    """Whether the words, heard as `said`, are an announcement's button, so that the store is asked for which. The answer
    to an office's question is none; a call for help may come later than other words of ours, where none of these asks
    anything.
    """
    state = turn.state
    answer = None if state.aside in OPEN_ENDED else answer_in_words(text, turn.site.lexicon, said)
    if answer is None:
        return False
    unasked = state.held_by is None and state.phase in QUIET and state.aside is None
    turn.do(AnswerLatest(answer, text, beside=unasked and answer is Answer.HELP))
    return True


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
