"""Which announcements somebody wants: all, none, or not those about some topics of the site."""

from conversation.flow import QUIET
from conversation.messages import Choice
from conversation.turn import Turn
from conversation.wording import Wording

HEAD, ALL = "topics", "all"
_ON, _OFF, _LIST = "on", "off", "list"


def switch(turn: Turn, topic: str | None, *, wanted: bool) -> None:
    """From now on they get announcements about the topic (None: any), or no more; they are told so."""
    words, before = turn.words, turn.state.opted_out
    change(turn, topic, wanted=wanted)
    undo = button(words, _OFF if wanted else _ON, topic or ALL)
    if topic is None or (before and not wanted):
        text = words("opted-in" if wanted else "opted-out")
    elif wanted:
        text = words("topic-on-alone" if before else "topic-on", topic=words.topic(topic))
    else:
        text = words("topic-off", topic=words.topic(topic))
    _say(turn, text, (undo, list_button(words)))


def change(turn: Turn, topic: str | None, *, wanted: bool) -> None:
    """As `switch`, without a word. Who wants all has every topic again; who wanted none and now one has no other."""
    state = turn.state
    if topic is None:
        turn.put(opted_out=not wanted, topics_off=())
    elif wanted and state.opted_out:
        turn.put(opted_out=False, topics_off=_sorted(set(turn.site.announcements.topics) - {topic}))
    elif wanted:
        turn.put(topics_off=_sorted(set(state.topics_off) - {topic}))
    elif not state.opted_out:
        turn.put(topics_off=_sorted({*state.topics_off, topic}))


def show(turn: Turn) -> None:
    """What there is and what they get of it, with a button to switch each."""
    words, state = turn.words, turn.state
    off = {one: state.opted_out or one in state.topics_off for one in turn.site.announcements.topics}
    lines = [words("topics")]
    lines += [words("topic-unwanted" if no else "topic-wanted", topic=words.topic(one)) for one, no in off.items()]
    lines.append(words("topic-unwanted" if state.opted_out else "topic-wanted", topic=words("topics-general")))
    choices = [button(words, _ON if no else _OFF, one) for one, no in off.items()]
    if state.opted_out or any(off.values()):
        choices.append(button(words, _ON, ALL))
    if not state.opted_out:
        choices.append(button(words, _OFF, ALL))
    _say(turn, "\n".join(lines), tuple(choices))


def wished(turn: Turn, code: str) -> tuple[str | None, bool] | None:
    """The topic (None: any) that a button is about and whether it is wanted; None for any other button."""
    head, _, value = code.partition(":")
    what, _, topic = value.partition(":")
    known = topic == ALL or topic in turn.site.announcements.topics
    if head != HEAD or what not in {_ON, _OFF} or not known:
        return None
    return None if topic == ALL else topic, what == _ON


def by_button(turn: Turn, value: str) -> bool:
    """Does what the button says; False: there is no such topic any more."""
    wish = wished(turn, f"{HEAD}:{value}")
    if wish is not None:
        switch(turn, wish[0], wanted=wish[1])
    elif value == _LIST:
        show(turn)
    return wish is not None or value == _LIST


def heed(turn: Turn, code: str) -> None:
    """A button pressed while a person speaks: it counts, and nothing is said."""
    wish = wished(turn, code)
    if wish is not None:
        change(turn, wish[0], wanted=wish[1])


def stop_buttons(topic: str, words: Wording) -> tuple[Choice, Choice]:
    """No more of this topic, and no more at all."""
    return button(words, _OFF, topic), button(words, _OFF, ALL)


def list_button(words: Wording) -> Choice:
    return words.button(f"{HEAD}:{_LIST}", "button-topics")


def button_of(code: str, words: Wording) -> Choice | None:
    """The button that had this code; None: none of these."""
    head, _, value = code.partition(":")
    what, _, topic = value.partition(":")
    if head != HEAD:
        return None
    return button(words, what, topic) if what in {_ON, _OFF} and topic else list_button(words)


def button(words: Wording, what: str, topic: str) -> Choice:
    code = f"{HEAD}:{what}:{topic}"
    if topic == ALL:
        return words.button(code, f"button-all-{what}")
    return Choice(code, words(f"button-topic-{what}", topic=words.topic(topic)))


def _sorted(topics: set[str]) -> tuple[str, ...]:
    return tuple(sorted(topics))


def _say(turn: Turn, text: str, choices: tuple[Choice, ...]) -> None:
    """Said beside a standing question: its buttons come first, so that their numbers stay right, and go on counting alone."""
    state = turn.state
    standing = tuple(one for one in state.offered if not one.code.startswith(f"{HEAD}:"))
    turn.say(text, (*standing, *choices), keep=state.phase not in QUIET or state.aside is not None)
