"""What codes are called in the pages: categories, departments, people; and what is told when something was refused."""

from collections.abc import Mapping

from ticket_store.errors import ForbiddenStatus, MissingReason, UnknownTicket
from ticket_store.statuses import Status
from webhooks.console.layout import of_mapping
from webhooks.console.texts import say
from webhooks.desk.tickets import PRIORITIES
from webhooks.errors import BadFields, DeskError, HeldByAnother, NotAllowed, SpentLink
from webhooks.site import Site

DESKS = ("phone", "counter")


class Names:
    """A site's categories, departments and topics, in each language."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def categories(self, language: str) -> dict[str, str]:
        return {one.code: of_mapping(one.names, language) for one in self._site.profile.categories.values()}

    def topics(self, language: str) -> dict[str, str]:
        """Of announcements."""
        topics = self._site.profile.announcements.topics
        return {code: of_mapping(one.names, language) for code, one in topics.items()}

    def departments(self, language: str) -> dict[str, str]:
        return {one.code: of_mapping(one.names, language) for one in self._site.profile.departments.values()}

    def open_departments(self, language: str) -> dict[str, str]:
        """Those that something may be given to."""
        return {code: of_mapping(one.names, language) for code, one in self._site.profile.open_departments.items()}

    def of(self, language: str) -> dict[str, Mapping[str, str]]:
        """What templates of tickets need to call codes by their names."""
        return {
            "category_names": self.categories(language),
            "department_names": self.departments(language),
            "open_departments": self.open_departments(language),
            "status_names": {one.value: say(language, f"status-{one.value}") for one in Status},
            "priority_names": {one: say(language, f"priority-{one}") for one in PRIORITIES},
        }

    def area(self, area: str, language: str) -> str:
        """A part of the country, or the province of this code."""
        province = self._site.profile.lexicon.gazetteer.province(area)
        return say(language, f"announce-area-{area}") if province is None else province.name

    def actor(self, actor: str, language: str) -> str:
        """Whoever did something to a ticket."""
        kind, _, name = actor.partition(":")
        if kind == "department" and name:
            return self.departments(language).get(name, name)
        if kind == "token" and name:
            return say(language, "actor-token", name=name)
        known = say(language, f"actor-{actor}")
        return actor if known.startswith("[") else known


def channel_name(account: str, language: str) -> str:
    """`phone` and `counter` are ours; else a platform's account."""
    return say(language, f"channel-{account}") if account in DESKS else account.capitalize()


def refusal_text(error: Exception, language: str) -> str:
    """Why an act was refused, for the person who tried it."""
    match error:
        case MissingReason():
            return say(language, "problem-reason")
        case ForbiddenStatus(allowed=allowed):
            names = ", ".join(say(language, f"status-{one}") for one in allowed)
            return say(language, "problem-status", allowed=names or "–")
        case UnknownTicket():
            return say(language, "problem-ticket")
        case SpentLink():
            return say(language, "problem-link")
        case BadFields(problems=problems):
            return " ".join(_field_text(name, problem, language) for name, problem in problems.items())
        case NotAllowed():
            return say(language, "problem-not-allowed")
        case HeldByAnother(name=name):
            return say(language, "held-by", name=name)
        case DeskError():
            return say(language, "not-done")
        case _:
            raise error


def _field_text(name: str, problem: str, language: str) -> str:
    known = say(language, f"problem-{name}")
    field = say(language, f"field-{name}")
    if problem in {"is required", "must not be empty"} and not field.startswith("["):
        return say(language, "problem-required", field=field)
    return known if not known.startswith("[") else say(language, "problem-field", field=name)
