"""`read`: one message to one `Reading`. Total, pure, bounded: any text gives an answer, long ones are read in part."""

from conversation.state import Phase
from conversation.understanding import addresses, names, owners, requests
from conversation.understanding.categories import categories
from conversation.understanding.commands import command
from conversation.understanding.cuts import Cuts
from conversation.understanding.emergencies import emergency
from conversation.understanding.lexicon import Lexicon
from conversation.understanding.numbers import codes, masked, not_phones
from conversation.understanding.phones import numbers, spoken
from conversation.understanding.questions import is_formal, is_procedure, is_status
from conversation.understanding.reading import Intent, Reading
from conversation.understanding.words import flat, hear


def read(text: str, asked: Phase, lexicon: Lexicon) -> Reading:
    """Everything that `text` holds, as an answer to the question `asked`. Never raises."""
    said = hear(text)
    code_spans = codes(said.text, lexicon.ticket_codes)
    typed_codes = tuple(said.text[start:end] for start, end in code_spans)
    alarm = emergency(said, lexicon)
    whole = command(said, asked, lexicon)
    number = _bare_number(said.text)
    if alarm is None and whole is not None:
        return Reading(text, intent=whole[0], stop=whole[1], codes=typed_codes, number=number)
    region = "IR" if lexicon.rules == "fa" else "VN"
    clean = masked(said.text, not_phones(said.text, flat(said.text), lexicon.hotlines, code_spans))
    phones = numbers(clean, region, asked=asked is Phase.PHONE)
    if not phones:
        phones = spoken([(word.key, word.start, word.end) for word in said.words], said.text, region)
    cuts = Cuts(said)
    found_phones = owners.take(cuts, phones, asked)
    named = names.find(cuts, asked)
    if named:
        names.take(cuts, named)
    place = addresses.find(cuts, asked, lexicon)
    if place:
        addresses.take(cuts, place)
    request = requests.rest(cuts, asked)
    intent = Intent.PROVIDE
    if alarm:
        intent = Intent.EMERGENCY
    elif is_status(said, lexicon, has_code=bool(typed_codes)):
        intent = Intent.STATUS_LOOKUP
    return Reading(
        text,
        intent=intent,
        name=named.name if named else None,
        phones=found_phones,
        place=place.found if place else None,
        request=request if intent is not Intent.STATUS_LOOKUP else None,
        categories=categories(said, lexicon),
        emergency=alarm,
        codes=typed_codes,
        procedure=is_procedure(said, lexicon),
        formal=is_formal(said, lexicon),
        number=number,
    )


def _bare_number(text: str) -> int | None:
    bare = text.strip().rstrip(".)")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= 2 and 1 <= int(bare) <= 20 else None
