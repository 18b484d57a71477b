"""Open reports that may tell what somebody is just telling by telephone or at the counter: for the operator to look at."""

from datetime import datetime, timedelta
from typing import NamedTuple

from conversation.neighbours import one_street
from conversation.places import Place
from ticket_store.records import Ticket
from ticket_store.unit_of_work import Work

_LOOK_BACK = timedelta(days=30)
"""What is open for longer is found by its phone still, and on the page of tickets."""
_MOST_BESIDE = 200
"""So many open reports of one ward and category are compared by their street."""
_MOST = 5


class Twin(NamedTuple):
    """`by_phone`: of the same phone; `by_place`: of the same street, and its house or one nearby."""

    ticket: Ticket
    by_phone: bool
    by_place: bool


def find_twins(work: Work, phone: str | None, place: Place | None, category: str | None, now: datetime) -> list[Twin]:
    """Both first, then those of the place, then those of the phone (E.164); each the newest first. `category`: None while
    it is not known, then a place's reports of any are found.
    """
    own = work.tickets.page(q=phone, phone=phone, open_only=True, limit=_MOST) if phone else []
    here = []
    if place is not None and place.ward_code is not None:
        around = work.tickets.open_around(place.ward_code, category, now - _LOOK_BACK, _MOST_BESIDE)
        here = [one for one in around if one.place is not None and one_street(place, one.place)]
    found = {one.code: one for one in (*here, *own)}
    by_phone, by_place = {one.code for one in own}, {one.code for one in here}
    twins = [Twin(one, code in by_phone, code in by_place) for code, one in found.items()]
    twins.sort(key=lambda twin: (twin.by_place, twin.by_phone, twin.ticket.created_at), reverse=True)
    return twins[:_MOST]
