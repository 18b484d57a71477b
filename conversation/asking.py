"""Puts a question in words, with its buttons and the platform's own way to answer it.

A button whose code ends in `:yes` or `:no` is also what a typed yes or no means under that question.
"""

from typing import NamedTuple

from conversation.matters import several
from conversation.messages import Choice, NativeAsk
from conversation.places import Place
from conversation.profile import Profile
from conversation.questions import Question
from conversation.state import Aside, ConversationState, Draft, KnownTicket, Phase
from conversation.understanding.reading import Field
from conversation.wording import MENU, Wording

_LABEL_CHARS = 20
"""Messenger's quick replies show 20 characters (Send API reference, 2026), the least of all platforms."""
_TICKETS_SHOWN = 8
_PLACES_SHOWN = 6


class Asked(NamedTuple):
    text: str
    choices: tuple[Choice, ...] = ()
    native: NativeAsk | None = None


def put(question: Question, state: ConversationState, words: Wording, site: Profile, *, again: bool = False) -> Asked:
    """The question in words. `again`: it was not answered, so it is said otherwise."""
    if question.aside is not None:
        if question.aside is Aside.NATIONAL_ID:
            return Asked(words("ask-national-id-again" if again else "ask-national-id"))
        return _put_aside(question.aside, question.about, state, words, site)
    draft = state.draft
    match question.phase:
        case Phase.CONSENT:
            return Asked(words("consent-again") if again else words.notice("consent"), consent_choices(words))
        case Phase.NAME:
            native = NativeAsk.FORM if draft.phone is None else None
            return Asked(words("ask-name-again" if again else "ask-name"), _skip(words, site, Field.NAME), native)
        case Phase.PHONE:
            return Asked(_ask_phone(draft, words, again=again), _skip(words, site, Field.PHONE), NativeAsk.PHONE)
        case Phase.ADDRESS:
            urgent = draft.priority == "emergency"
            text = words("ask-address-again" if again else "ask-address-urgent" if urgent else "ask-address")
            before = (words.button("place:same", "button-same-place"),) if state.known.place else ()
            return Asked(text, (*before, *_skip(words, site, Field.ADDRESS)), NativeAsk.LOCATION)
        case Phase.REQUEST:
            return Asked(words("ask-request-again" if again else "ask-request"))
        case _:
            return Asked(
                words("summary", details=details(draft, state.known, words)),
                (
                    words.button("confirm:yes", "button-send"),
                    words.button("confirm:no", "button-edit"),
                    words.button("confirm:cancel", "button-cancel"),
                ),
            )


def _put_aside(  # noqa: C901 - one arm for each question
    aside: Aside, about: KnownTicket | None, state: ConversationState, words: Wording, site: Profile
) -> Asked:
    draft = state.draft
    unknown = words.button("ward:unknown", "button-unknown")
    skip = words.button("skip", "button-skip")
    operator = words.button("menu:operator", "button-operator")
    match aside:
        case Aside.KNOWN:
            buttons = _yes_no(words, "known", "button-use", "button-edit")
            return Asked(words("known", details=known_details(state.known, words)), buttons)
        case Aside.PHONE_PICK | Aside.PHONE_OLD:
            return _put_phones(aside, draft, words)
        case Aside.WARD_PICK:
            picks = tuple(Choice(f"ward:{at}", label) for at, label in enumerate(_units(draft.places[:_PLACES_SHOWN])))
            return Asked(words("ward-pick"), (*picks, unknown))
        case Aside.WARD_MISSING:
            return Asked(words("ward-missing"), (unknown,))
        case Aside.PIN_WORDS:
            return Asked(words("pin-words"), (unknown,))
        case Aside.SUBJECT:
            return Asked(words("ask-subject"))
        case Aside.MATTERS:
            matters = several(draft.request or "", site.report.split_words)
            listed = "\n".join(f"{at}. {words.shortened(one, mention=True)}" for at, one in enumerate(matters, 1))
            return Asked(
                words("matters", matters=words.digits(listed)),
                _yes_no(words, "matters", "button-each", "button-whole"),
            )
        case Aside.SAME_MATTER if about is not None:
            if site.report.duplicates == "refuse":
                text = words("same-matter-refused", code=words.ltr(about.code))
                return Asked(text, _yes_no(words, "same", "button-add", "button-cancel"))
            text = words("same-matter", time=words.moment(about.at), code=words.ltr(about.code))
            return Asked(text, _yes_no(words, "same", "button-add", "button-new"))
        case Aside.FORMAL:
            text = words("formal", office=site.complaints_office[words.language])
            return Asked(text, (words.button("formal:yes", "button-continue"), operator))
        case Aside.NEXT_MATTER:
            text = words("next-matter", request=words.shortened(draft.later[0], mention=True))
            return Asked(text, _yes_no(words, "next", "button-send", "button-cancel"))
        case Aside.EDIT:
            names = (*(["national-id"] if draft.national_id else []), *site.report.order)
            buttons = tuple(words.button(f"edit:{name}", f"label-{name}") for name in names)
            return Asked(words("edit"), buttons)
        case Aside.STUCK:
            restart = words.button("menu:new", "button-restart")
            identified = draft.national_id is not None or not site.report.require_national_id
            raw = (words.button("raw", "button-raw"),) if identified else ()
            return Asked(words("stuck"), (operator, *raw, restart))
        case Aside.RESUME:
            text = words("resume-plain")
            if draft.request:
                text = words("resume", request=words.shortened(draft.request, mention=True))
            return Asked(text, _yes_no(words, "resume", "button-continue", "button-restart"))
        case Aside.REASON:
            return Asked(words("rating-reason"), (skip,))
        case Aside.NEED_INFO:
            return Asked(words("need-info"))
        case Aside.TICKET_LAST4:
            return Asked(words("status-more"), (skip,))
        case Aside.TICKET_PICK:
            return Asked(words("status-pick"), ticket_choices(state))
        case _:
            return Asked(words("status-ask-code"), (operator,))


def consent_choices(words: Wording) -> tuple[Choice, ...]:
    """Agree, disagree, and the site's other languages: whoever cannot read the notice must be able to change it."""
    return (*_yes_no(words, "consent", "button-agree", "button-disagree"), *words.other_languages())


def menu_choices(words: Wording) -> tuple[Choice, ...]:
    return tuple(words.button(code, name) for code, name in MENU.items())


def rating_choices(code: str, words: Wording) -> tuple[Choice, ...]:
    """The code travels with the press, so that it is right also when another question stands by then."""
    return tuple(
        words.button(f"rate:{rating}:{code.lower()}", f"button-{rating}")
        for rating in ("satisfied", "acceptable", "unsatisfied")
    )


def ticket_choices(state: ConversationState) -> tuple[Choice, ...]:
    newest = sorted((*state.tickets, *state.elsewhere), key=lambda ticket: ticket.at, reverse=True)[:_TICKETS_SHOWN]
    return tuple(Choice(f"ticket:{ticket.code.lower()}", ticket.code) for ticket in newest)


def details(draft: Draft, known: Draft, words: Wording) -> str:
    """The report line by line. A phone that we knew before is masked: the words may travel abroad."""
    lines: list[tuple[str, str]] = []
    if draft.national_id:
        lines.append(("label-national-id", _masked_id(draft.national_id, words)))
    if draft.name:
        lines.append(("label-name", draft.name))
    if draft.subject:
        lines.append(("label-subject", draft.subject))
    if draft.phone:
        shown = words.masked(draft.phone) if draft.phone == known.phone else words.phone(draft.phone)
        lines.append(("label-phone", shown))
    if draft.place:
        lines.append(("label-address", words.place(draft.place)))
    if draft.request:
        lines.append(("label-request", words.shortened(draft.request)))
    if draft.media:
        lines.append(("label-media", words.digits(str(len(draft.media)))))
    return "\n".join(f"• {words(label)}: {value}" for label, value in lines)


def known_details(known: Draft, words: Wording) -> str:
    """What we know of a returning citizen, masked."""
    lines: list[tuple[str, str]] = []
    if known.national_id:
        lines.append((words("label-national-id"), _masked_id(known.national_id, words)))
    if known.name:
        lines.append((words("label-name"), words.initials(known.name)))
    if known.phone:
        lines.append((words("label-phone"), words.masked(known.phone)))
    return "\n".join(f"• {label}: {value}" for label, value in lines)


def _masked_id(national_id: str, words: Wording) -> str:
    return words.ltr(f"***{words.digits(national_id[-4:])}")


def _ask_phone(draft: Draft, words: Wording, *, again: bool) -> str:
    if again:
        return words("ask-phone-again")
    return words("ask-phone-named", name=words.given(draft.name)) if draft.name else words("ask-phone")


def _put_phones(aside: Aside, draft: Draft, words: Wording) -> Asked:
    other = words.button("phone:no", "button-other")
    if aside is Aside.PHONE_PICK and len(draft.phones) > 1:
        picks = tuple(Choice(f"phone:{at}", words.phone(number)) for at, number in enumerate(draft.phones))
        return Asked(words("phone-pick"), (*picks, other))
    shown = words.phone(draft.phones[0])
    if draft.phone_was is None:
        return Asked(words("phone-one", phone=shown), (words.button("phone:yes", "button-correct"), other))
    old, new = draft.phone_was[:4], words.phone(draft.phones[0]).replace(" ", "")[:3]
    text = words("phone-old", old=old, new=new, phone=shown)
    return Asked(text, _yes_no(words, "phone", "button-correct", "button-edit"))


def _units(places: tuple[Place, ...]) -> list[str]:
    """Labels of candidates: the ward, with its province where two would look alike."""
    labels = [place.ward or place.province or place.raw for place in places]
    return [
        f"{label}, {place.province}" if labels.count(label) > 1 and place.province else label
        for label, place in zip(labels, places, strict=True)
    ]


def _skip(words: Wording, site: Profile, field: Field) -> tuple[Choice, ...]:
    return () if field in site.report.required else (words.button("skip", "button-skip"),)


def _yes_no(words: Wording, code: str, yes: str, no: str) -> tuple[Choice, ...]:
    return (words.button(f"{code}:yes", yes), words.button(f"{code}:no", no))
