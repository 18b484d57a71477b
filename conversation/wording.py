"""Says things in one language of one site: sentences from the catalogue, values as people there read them."""

from datetime import datetime

import phonenumbers

from conversation.catalog import TEXTS
from conversation.dates import written
from conversation.messages import Choice
from conversation.places import Place
from conversation.profile import OTHER, Channel, Profile
from conversation.understanding.fold import fold

MENU = {"menu:new": "button-new", "menu:status": "button-status", "menu:operator": "button-operator"}
"""What one can do where no question stands: the buttons' codes with their names."""
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_SHOWN_REQUEST_CHARS = 600
_MENTIONED_CHARS = 60
_LEFT_TO_RIGHT, _END = "\u2066", "\u2069"


class Wording:
    """Call it with a sentence's name and its values."""

    def __init__(self, site: Profile, language: str, account: Channel | None = None) -> None:
        self._site = site
        self._account = account
        self.language = language

    def __call__(self, name: str, /, **values: str) -> str:
        return self._site.catalog.say(self.language, name, **values)

    def button(self, code: str, name: str) -> Choice:
        return Choice(code, self(name))

    def other_languages(self) -> tuple[Choice, ...]:
        """The site's other languages, each by its own name."""
        return tuple(Choice(f"lang:{one}", self._site.catalog.say(one, "button-language")) for one in self._others())

    def standing(self, key: str) -> str | None:
        """The button that is always there, though not shown, by the search key of its label: of the menu, or a language."""
        catalog = self._site.catalog
        for code, name in MENU.items():
            if key == catalog.key(self.language, name):
                return code
        return next((f"lang:{one}" for one in self._others() if key == catalog.key(one, "button-language")), None)

    def _others(self) -> list[str]:
        return [language for language in self._site.languages if language != self.language]

    def title(self) -> str:
        return self._site.titles[self.language]

    def greeting(self) -> str:
        return self("greeting", title=self.title(), emergency=self._site.emergency_line[self.language])

    def notice(self, name: str) -> str:
        """The consent question or the notice; names the channel the words travel through."""
        channel = (self._account.name if self._account else "") or self("this-app")
        return self(name, title=self.title(), channel=channel)

    def phone(self, e164: str) -> str:
        """Grouped as dialled at home: 0912 345 678."""
        home = {"vn": 84, "fa": 98}[self._site.rules]
        number, style = _number(e164, home), phonenumbers.PhoneNumberFormat
        wanted = style.NATIONAL if number.country_code == home else style.INTERNATIONAL
        return self.ltr(self.digits(phonenumbers.format_number(number, wanted)))

    def masked(self, e164: str) -> str:
        """0912***678: enough to recognise one's own, for words that travel abroad."""
        bare = self.phone(e164).strip(_LEFT_TO_RIGHT + _END).replace(" ", "")
        return self.ltr(f"{bare[:4]}***{bare[-3:]}")

    def initials(self, name: str) -> str:
        """The given name with the others' first letters: "N. V. An"."""
        *others, given = name.split() or [name]
        return " ".join([*(f"{other[0]}." for other in others), given])

    def given(self, name: str) -> str:
        """How a person is addressed: by the last word of the name in Vietnamese, by the whole name elsewhere."""
        return name.rsplit(maxsplit=1)[-1] if self.language == "vi" and name.split() else name

    def place(self, place: Place) -> str:
        """The citizen's words, and the unit in force where these do not name it."""
        unit = ", ".join(part for part in (place.ward, place.province) if part)
        if not place.raw or not unit:
            return place.raw or unit or self.coordinates(place)
        said = fold(place.raw)
        renamed = place.ward_stated and place.ward and _bare(place.ward) not in fold(place.ward_stated)
        if renamed or (place.ward and _bare(place.ward) not in said):
            return f"{place.raw} ({self('summary-now', unit=unit)})"
        told = place.province_stated or place.province is None or fold(place.province) in said
        return place.raw if told else f"{place.raw}, {place.province}"

    def coordinates(self, place: Place) -> str:
        if place.latitude is None or place.longitude is None:
            return ""
        return self.ltr(f"{place.latitude:.5f}, {place.longitude:.5f}")

    def date(self, at: datetime) -> str:
        return self._moment(at, "format-date")

    def moment(self, at: datetime) -> str:
        return self._moment(at, "format-moment")

    def category(self, code: str) -> str:
        return (self._site.categories.get(code) or self._site.categories[OTHER]).names[self.language]

    def department(self, code: str) -> str:
        known = self._site.departments.get(code)
        return known.names[self.language] if known else code

    def topic(self, code: str) -> str:
        known = self._site.announcements.topics.get(code)
        return known.names[self.language] if known else code

    def status(self, code: str) -> str:
        """The status as citizens read it; one that we do not know is work in progress."""
        return self(f"state-{code}" if f"state-{code}" in TEXTS else "state-in_progress")

    def digits(self, text: str) -> str:
        return text.translate(_PERSIAN_DIGITS) if self.language == "fa" else text

    def ltr(self, text: str) -> str:
        """Kept from left to right inside Persian text; the marks stand around it, never inside."""
        return f"{_LEFT_TO_RIGHT}{text}{_END}" if self.language == "fa" else text

    def shortened(self, text: str, *, mention: bool = False) -> str:
        """The beginning of a long text, cut at a word."""
        limit = _MENTIONED_CHARS if mention else _SHOWN_REQUEST_CHARS
        text = " ".join(text.split()) if mention else text
        if len(text) <= limit:
            return text
        return f"{text[:limit].rsplit(maxsplit=1)[0]}…"

    def _moment(self, at: datetime, pattern: str) -> str:
        return self.digits(written(at.astimezone(self._site.timezone), self(pattern), self.language))


def _number(e164: str, home: int) -> phonenumbers.PhoneNumber:
    """A phone taken apart; one of the home country without the library's search for its country, half of the time."""
    national = e164.removeprefix(f"+{home}")
    if national == e164 or national.startswith("0"):
        return phonenumbers.parse(e164)
    return phonenumbers.PhoneNumber(country_code=home, national_number=int(national))


def _bare(ward: str) -> str:
    """The ward's name without its kind, folded."""
    kinds = ("phuong ", "xa ", "dac khu ")
    name = fold(ward)
    return next((name.removeprefix(kind) for kind in kinds if name.startswith(kind)), name)
