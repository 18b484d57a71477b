"""Links tickets that different people opened about one matter, after the fact; nobody is asked, no answer waits for it."""

from datetime import datetime

from conversation.neighbours import NEAR_IN_TIME, Told, one_matter
from ticket_store.records import Ticket
from ticket_store.unit_of_work import Work

_AT_ONCE = 50
_MOST_BESIDE = 40
"""So many earlier tickets of one ward and category, or of one phone, are read for a new one."""


def link_new(work: Work, now: datetime, actor: str = "clock") -> list[str]:
    """New tickets stand in the group of the matter they tell, if there is one: the codes that were linked."""
    fresh = work.tickets.to_compare(_AT_ONCE)
    linked: list[str] = []
    matters: dict[str, Told] = {}
    for ticket in fresh:
        twin = _twin(work, ticket, matters)
        if twin is not None:
            work.tickets.link(ticket.code, twin.code)
            work.audit.note(actor, "ticket.link", [ticket.code, twin.code], now, "clock")
            linked += [ticket.code, twin.code]
    work.tickets.compared([ticket.code for ticket in fresh])
    return linked


def _twin(work: Work, ticket: Ticket, matters: dict[str, Told]) -> Ticket | None:
    """The newest earlier ticket of the same matter. Of a group its first one must tell the same, too: else a street full
    of neighbours would become one matter, each like the next and the ends unlike. `matters`: what the first of a group
    tells, once it was looked up.
    """
    told = _told(ticket)
    for other in work.tickets.beside(ticket, ticket.created_at - NEAR_IN_TIME, _MOST_BESIDE):
        if not one_matter(told, _told(other)):
            continue
        group = other.link_group
        if group is None:
            return other
        if group not in matters:
            [first] = work.tickets.of_group(group, limit=1)  # in a flood it has thousands
            matters[group] = _told(first)
        if one_matter(told, matters[group]):
            return other
    return None


def _told(ticket: Ticket) -> Told:
    return Told(ticket.created_at, ticket.category, ticket.request, ticket.place, ticket.phone)
