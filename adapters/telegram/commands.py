"""Menu entries as bot commands and back. A command's name has lower case letters, digits and underscores, at most 32
(Bot API, setMyCommands, 2026), so the code `menu:new` is shown as `/menu_new`.
"""

import re

_CODE = re.compile(r"(?=.{3,32}$)[a-z0-9]+(?::[a-z0-9]+)+")
_COMMAND = re.compile(r"/([a-z0-9]+(?:_[a-z0-9]+)+)(?:@[A-Za-z0-9_]+)?\s*")


def command_of(code: str) -> str | None:
    """The command's name; None for a code that would not come back as itself."""
    return code.replace(":", "_") if _CODE.fullmatch(code) else None


def code_of(text: str) -> str | None:
    """The code of a text that is one of our commands; None for any other text, `/start` and `/help` too."""
    found = _COMMAND.fullmatch(text)
    return found[1].replace("_", ":") if found else None
