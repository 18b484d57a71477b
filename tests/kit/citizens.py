"""Citizens of a town with a report of theirs, and words that would run as a script if a page let them."""

from kit.town import TICKET_CODE, Town

from webhooks.sandbox.person import Person

PROBE = "<img src=x onerror=\"document.title='taken'\">{{7*7}}<script>document.title='taken'</script>"


async def say(place: Town, person: Person, text: str) -> str:
    """The citizen writes; the one answer's text."""
    place.clock.pass_time(2)
    await person.send_text(text)
    return (await person.next_message()).text


async def reported(place: Town, request: str = "Đèn đường trước nhà hỏng ba ngày nay, tối om") -> tuple[Person, str]:
    """Nguyễn Văn An reports it by Telegram; the code on his phone."""
    person = place.sandbox.person("telegram")
    await person.open_chat()
    await person.next_message()
    place.clock.pass_time(2)
    await person.press("Đồng ý")
    await person.next_message()
    for words in ("Nguyễn Văn An", "0912 345 678", "12 Lê Lợi, phường Bến Thành, TP.HCM", request):
        await say(place, person, words)
    place.clock.pass_time(2)
    await person.press("Đúng, gửi đi")
    answer = (await person.next_message()).text
    code = TICKET_CODE.search(answer)
    assert code is not None, answer
    return person, code.group()
