"""The desk as the API and the console see it."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta

from ticket_store.records import Person
from webhooks.desk.chats import Chats
from webhooks.desk.drafts import Drafts
from webhooks.desk.links import Links
from webhooks.desk.reports import Reports
from webhooks.desk.tools import Tools, via

_SAME_LOOK = timedelta(minutes=1)
_SAME_LIST = timedelta(hours=1)
"""A list lies before somebody's eyes all day; its lines need not be on record with every click."""
_REMEMBERED = 50_000


class Desk(Chats, Reports, Links, Drafts):
    """Every act is committed when its method returns, and done once for a person's `key`. Refusals are errors of
    webhooks/errors.py and ticket_store/errors.py.
    """

    def __init__(self, tools: Tools) -> None:
        self.tools = self._tools = tools
        self._looks: OrderedDict[tuple[str, str, str], datetime] = OrderedDict()

    async def looked(self, person: Person, what: str, objects: Sequence[str]) -> None:
        """It is on record that this person saw these (`conversation.read`, `ticket.read` and the like). Whoever looks
        again within a minute, as a page does that refreshes itself, is still looking; at a line of a list, within an hour.
        """
        await self._note(person.id, what, objects, via(person))

    async def listed(self, place: str, what: str, objects: Sequence[str]) -> None:
        """It is on record that these came to stand in a list, before the eyes of all who have it open (`list.watch`)."""
        await self._note(place, what, objects, "live")

    async def _note(self, who: str, what: str, objects: Sequence[str], way: str) -> None:
        now = self._tools.now()
        new = [one for one in objects if self._is_new(who, what, one, now)]
        if not new:
            return
        try:
            await self._tools.writer.write(lambda work: work.audit.note(who, what, new, now, way))
        except BaseException:
            for one in new:  # not on record: the next look is a new one
                self._looks.pop((who, what, one), None)
            raise

    def _is_new(self, who: str, what: str, one: str, now: datetime) -> bool:
        name = (who, what, one)
        before = self._looks.get(name)
        if before is not None and now - before < (_SAME_LIST if "list" in what.split(".") else _SAME_LOOK):
            return False
        self._looks[name] = now
        self._looks.move_to_end(name)
        while len(self._looks) > _REMEMBERED:
            self._looks.popitem(last=False)
        return True
