"""`read`: one message to one `Reading`. Total, pure, bounded: any text gives an answer, long ones are read in part."""

import re
from collections.abc import Sequence

from conversation.frozen import altered
from conversation.state import Phase
from conversation.understanding import addresses, names, owners, people, requests, wishes
from conversation.understanding.categories import categories
from conversation.understanding.commands import agreement, command
from conversation.understanding.corrections import PHASES, Correction, correction
from conversation.understanding.cuts import Cuts
from conversation.understanding.emergencies import emergency
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.numbers import Span, codes, masked, not_phones
from conversation.understanding.phones import ENOUGH_DIGITS, numbers, spoken
from conversation.understanding.questions import is_status, other_questions
from conversation.understanding.reading import Field, Intent, Reading, StopKind
from conversation.understanding.topics import topic_wish
from conversation.understanding.units import units
from conversation.understanding.words import Said, flat, hear

_FEW_WORDS = 8
_FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)")


def read(text: str, asked: Phase, lexicon: Lexicon, said: Said | None = None) -> Reading:
    """Everything that `text` holds, as an answer to the question `asked`. `said`: the text as it was heard, if it was.
    Never raises.
    """
    said = said or hear(text)
    code_spans = codes(said.text, lexicon.ticket_codes)
    typed_codes = tuple(said.text[start:end] for start, end in code_spans)
    whole = command(said, asked, lexicon)
    alarm = emergency(said, lexicon, weighed=whole is None)
    number = _bare_number(said.text)
    spoken_in = wishes.language(said)
    wish = topic_wish(said, lexicon.topics) if alarm is None else None
    if wish is not None:
        kind = StopKind.OPT_IN if wish.wanted else StopKind.OPT_OUT
        return Reading(text, intent=Intent.STOP, stop=kind, topic=wish.topic, language=spoken_in)
    if alarm is None and whole is not None:
        return Reading(text, intent=whole[0], stop=whole[1], codes=typed_codes, number=number, language=spoken_in)
    if alarm is None and is_status(said, lexicon, has_code=bool(typed_codes)):
        return Reading(
            text,
            intent=Intent.STATUS_LOOKUP,
            codes=typed_codes,
            last4=_last4(said.text, code_spans),
            language=spoken_in,
        )
    fixed = correction(said.text, asked) if alarm is None else None
    if fixed is not None:
        return altered(_corrected(text, fixed, lexicon), language=spoken_in)
    agreed = None if alarm is not None else agreement(said, asked, lexicon)
    found = _fields(hear(agreed) if agreed else said, asked, lexicon, code_spans if not agreed else ())
    intent = Intent.EMERGENCY if alarm else Intent.CONFIRM if agreed else Intent.PROVIDE
    return altered(
        found,
        text=text,
        intent=intent,
        emergency=alarm,
        codes=typed_codes,
        number=number,
        language=spoken_in,
        last4=_last4(said.text, code_spans) if len(said.words) <= _FEW_WORDS else None,
    )


def _fields(said: Said, asked: Phase, lexicon: Lexicon, code_spans: Sequence[Span] = ()) -> Reading:
    region = "IR" if lexicon.rules == "fa" else "VN"
    phones = []
    if ENOUGH_DIGITS.search(said.text):
        clean = masked(said.text, not_phones(said.text, flat(said.text), lexicon.hotlines, code_spans))
        phones = numbers(clean, region, asked=asked is Phase.PHONE)
    if not phones:
        phones = spoken([(word.key, word.start, word.end) for word in said.words], said.text, region)
    cuts = Cuts(said)
    found_phones = owners.take(cuts, phones)
    matches = units(cuts, lexicon)
    concerned = people.subject(cuts, lexicon)
    named = names.find(cuts, asked)
    if named:
        names.take(cuts, named)
    place = addresses.find(cuts, asked, lexicon, matches)
    if place:
        addresses.take(cuts, place)
    about = categories(cuts, lexicon)
    national_id = wishes.national_id(said) if lexicon.rules == "fa" else None
    asking = other_questions(said, lexicon)
    request = requests.rest(cuts, asked, matter=bool(about))
    return Reading(
        said.text,
        name=named.name if named else None,
        phones=found_phones,
        place=place.found if place else None,
        request=request if national_id is None or len(said.words) > _FEW_WORDS else None,
        categories=about if request else (),
        subject=concerned,
        on_behalf=concerned is not None,
        publish=wishes.publish(said),
        national_id=national_id,
        procedure="procedure" in asking,
        formal="formal" in asking,
    )


def _corrected(text: str, fixed: Correction, lexicon: Lexicon) -> Reading:
    """The new value read as an answer to the question of the field it belongs to."""
    said = hear(fixed.text)
    phase = PHASES[fixed.field] if fixed.field else Phase.NAME
    found = _fields(said, phase, lexicon)
    if fixed.field is Field.ADDRESS and found.place is None:
        found = altered(found, place=addresses.as_typed(Cuts(said), lexicon))
    held = {
        Field.PHONE: bool(found.phones),
        Field.ADDRESS: found.place is not None,
        Field.NAME: found.name is not None,
    }
    field = fixed.field or next((each for each, is_held in held.items() if is_held), None)
    request = found.request if field is Field.REQUEST or (fixed.field is None and not any(held.values())) else None
    return altered(found, text=text, corrects=field, request=request, replaces_request=fixed.replaces_request)


def _last4(text: str, code_spans: Sequence[Span]) -> str | None:
    """Four digits that stand alone beside a code: the end of the phone."""
    left = _FOUR_DIGITS.findall(masked(text, code_spans) if code_spans else text)
    return left[0] if len(left) == 1 else None


def _bare_number(text: str) -> int | None:
    bare = text.strip().rstrip(".)")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= 2 and 1 <= int(bare) <= 20 else None
