"""Why somebody gets no announcement, or a run was stopped, in words."""

from collections.abc import Callable

from webhooks.console.texts import say


def reasons(language: str) -> Callable[[str], str]:
    """What we have no word for as it is."""

    def words(reason: str) -> str:
        known = say(language, f"announce-why-{reason.partition(':')[0]}")
        return reason[:200] if known.startswith("[") else known

    return words
