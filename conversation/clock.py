"""What happens by itself: one reminder, the end of an unfinished report, the end of a person's lease."""

from datetime import datetime

from conversation.flow import QUIET, put_question
from conversation.profile import Profile
from conversation.questions import Question
from conversation.state import NOTHING_TOLD, Aside, ConversationState, Phase
from conversation.turn import Turn


def time_passed(turn: Turn) -> None:
    """What was due by now happens once, however often it is told."""
    state = turn.state
    since = state.last_contact_at
    if since is not None and reminds(state, turn.site) and turn.at >= since + turn.site.times.reminder:
        put_question(turn, Question(state.phase, Aside.RESUME))
        turn.put(reminded=True)


def lapse_when_due(turn: Turn) -> None:
    """An open report nobody came back to is deleted; whoever writes again is told."""
    state = turn.state
    if state.held_by is not None or state.phase in QUIET or state.last_contact_at is None:
        return
    if turn.at >= state.last_contact_at + turn.site.times.draft:
        something = state.draft != NOTHING_TOLD
        turn.fresh(Phase.IDLE)
        turn.put(lapsed=something, greeted=False)


def wake_at(state: ConversationState, site: Profile, at: datetime) -> datetime | None:
    """When the next thing happens by itself; always later than `at`."""
    times, moments = site.times, [state.held_until]
    if state.phase not in QUIET and state.last_contact_at is not None:
        moments.append(state.last_contact_at + times.draft)
        if reminds(state, site):
            moments.append(state.last_contact_at + times.reminder)
    later = [moment for moment in moments if moment is not None and moment > at]
    return min(later) if later else None


def reminds(state: ConversationState, site: Profile) -> bool:
    """Whether silence is answered by one reminder: there is something to lose and the chat is open."""
    quiet = state.reminded or state.closed or state.held_by is not None
    return bool(site.times.reminder) and not quiet and state.phase not in QUIET and state.draft != NOTHING_TOLD
