"""Draws docs/states.md by running `step` from a new conversation over everything a person can do, breadth first.

`PYTHONPATH=tests .venv/bin/python -m kit.diagram` writes the file anew; a test compares it with what the machine does now.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kit.sites import site

from conversation.effects import FindKnown, FindTicket, FindTickets, OpenTicket
from conversation.events import (
    ChatOpened,
    ChoicePicked,
    Event,
    KnownFound,
    LocationShared,
    OperatorHandedBack,
    OperatorTookOver,
    PhoneShared,
    TextReceived,
    TicketChanged,
    TicketFound,
    TicketOpened,
    TicketsFound,
    TimePassed,
)
from conversation.ids import OperatorId, PlatformName, TicketCode
from conversation.machine import step
from conversation.profile import Channel
from conversation.questions import next_question
from conversation.state import ConversationState, Phase

FILE = Path(__file__).parents[2] / "docs" / "states.md"
START, END = "<!-- drawn by tests/kit/diagram.py: begin -->", "<!-- end -->"
AT = datetime(2026, 11, 24, 2, tzinfo=UTC)
CODE = TicketCode("1022-261124-7K3QX")
ACCOUNT = Channel(PlatformName("telegram"), "Telegram", asks_phone=True, asks_location=True)
MOST_STATES = 4000
"""The search ends on its own long before; a machine that grows without end must fail here, not hang."""

SAYINGS = {
    "chào": "greeting",
    "đồng ý": "yes",
    "không": "no",
    "Nguyễn Văn An": "a name",
    "0912345678": "a phone",
    "01252223344": "an old phone",
    "0912345678 hoặc 0987654321": "two phones",
    "12 Lý Thường Kiệt, phường Tân Sơn Hòa": "a place",
    "12 đường Lý Thường Kiệt": "a place without its ward",
    "Nội dung: đèn đường trước nhà bị hỏng ba ngày nay": "a request",
    "nhà tui đang cháy": "an emergency",
    "Nội dung: tôi muốn khiếu nại quyết định thu hồi đất": "a formal complaint",
    "lạ ghê ha": "unclear words",
    "quay lại": "back",
    "hủy bỏ": "cancel",
    "làm lại từ đầu": "start again",
    "tra cứu": "status",
    "cảm ơn": "thanks",
    "xóa dữ liệu của tôi": "erase my data",
}


def moves(state: ConversationState) -> Iterator[tuple[str, Event]]:
    """Everything that is tried in a state, by the name the diagram shows."""
    at = (state.last_contact_at or AT) + timedelta(seconds=30)
    for text, name in SAYINGS.items():
        yield name, TextReceived(at, text)
    for choice in state.offered:
        yield f"[{choice.label}]", ChoicePicked(at, choice.code)
    yield "a start button", ChatOpened(at, explicit=True)
    yield "a shared phone", PhoneShared(at, "0912345678", own=True)
    yield "a map pin", LocationShared(at, 10.77, 106.7)
    yield "an operator takes over", OperatorTookOver(at, OperatorId("lan"))
    yield "the operator hands back", OperatorHandedBack(at, OperatorId("lan"))
    yield "an office asks back", TicketChanged(at, CODE, "need_info", question="?")
    yield "a result", TicketChanged(at, CODE, "resolved")
    if state.wake_at is not None:
        yield "time passes", TimePassed(state.wake_at)


def after(state: ConversationState, event: Event) -> ConversationState:
    """The state after one event and what the store feeds back."""
    following, effects = step(state, event, site(), ACCOUNT)
    for effect in effects:
        if isinstance(effect, OpenTicket):
            following = after(following, TicketOpened(event.at, CODE))
        elif isinstance(effect, FindTicket):
            found = TicketFound(event.at, effect.code, CODE, "in_progress", "road", full=effect.code == CODE)
            following = after(following, found)
        elif isinstance(effect, FindKnown):
            following = after(following, KnownFound(event.at))
        elif isinstance(effect, FindTickets):
            following = after(following, TicketsFound(event.at))
    return following


def place(state: ConversationState) -> str:
    """Where a conversation stands, as the diagram names it: held by a person, at an aside, or at the phase's question."""
    if state.held_by is not None:
        return "held"
    return str(state.aside or state.phase)


def outline(state: ConversationState) -> object:
    """What of a state makes a difference for what comes next; words and times do not."""
    due = next_question(state, site(), AT)
    flags = (state.consent is not None, bool(state.tickets), min(state.misses, 1))
    return place(state), str(due.aside or due.phase), flags


def edges() -> dict[tuple[str, str], set[str]]:
    """(from, to) → by what; found by running the machine."""
    first = ConversationState()
    seen, waiting = {outline(first)}, deque([first])
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    while waiting:
        state = waiting.popleft()
        for name, event in moves(state):
            following = after(state, event)
            if place(following) != place(state):
                found[place(state), place(following)].add(name)
            settled = replace(following, last_contact_at=AT, unread="")
            if outline(settled) not in seen:
                seen.add(outline(settled))
                assert len(seen) < MOST_STATES, "the machine has more states than a diagram can show"
                waiting.append(settled)
    return found


def drawn() -> str:
    """The generated part of docs/states.md."""
    found = edges()
    phases = {str(phase) for phase in Phase}
    lines = [START, "", "```mermaid", "stateDiagram-v2", "    [*] --> idle"]
    for (one, other), names in sorted(found.items()):
        if {one, other} <= phases:
            lines.append(f"    {one} --> {other}: {_some(names).replace('[', '‹').replace(']', '›')}")
    lines += ["```", "", "| question beside the fields | comes up by | leads to |", "|---|---|---|"]
    for aside in sorted({one for pair in found for one in pair} - phases):
        causes = {name for (_, other), names in found.items() if other == aside for name in names}
        targets = ", ".join(sorted({other for one, other in found if one == aside}))
        lines.append(f"| `{aside}` | {_some(causes)} | {targets} |")
    return "\n".join([*lines, "", END])


def _some(names: set[str]) -> str:
    order = list(SAYINGS.values())
    shown = sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))
    return ", ".join(shown[:4]) + (f", … ({len(shown)})" if len(shown) > 4 else "")


def current(text: str) -> str:
    """The file's text with its generated part drawn anew."""
    head, _, rest = text.partition(START)
    return head + drawn() + rest.partition(END)[2]


if __name__ == "__main__":
    FILE.write_text(current(FILE.read_text()))
