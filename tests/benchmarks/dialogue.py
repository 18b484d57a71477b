"""What a citizen of the benchmark says, and how one reply is told from another.

Every citizen has a name and a number of their own, so that an answer meant for somebody else is seen.
"""

import re
from dataclasses import dataclass

STEPS = 6
"""Messages to a ticket: hello, name, phone, address, request, yes."""
TICKET_CODE = re.compile(r"\b[A-Za-z0-9]+-\d{6}-[23456789ABCDEFGHJKMNPQRSTVWXYZ]{5}\b")
"""A code by the public face's form: prefix, date, five characters."""

_SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ")
_MIDDLES = ("Văn", "Thị", "Minh", "Thanh", "Ngọc", "Quốc", "Hữu", "Kim")
_GIVEN = (
    "An",
    "Bảo",
    "Châu",
    "Dũng",
    "Hạnh",
    "Khoa",
    "Lan",
    "Mai",
    "Nga",
    "Oanh",
    "Phúc",
    "Quân",
    "Sơn",
    "Tuấn",
    "Yến",
)
_FIRST_CONTACT = 7_000_000_000
"""Above every 32-bit number, as the platforms' own ids are."""


@dataclass(frozen=True, slots=True)
class Citizen:
    """Citizen `number` of a run."""

    number: int

    @property
    def contact(self) -> str:
        return str(_FIRST_CONTACT + self.number)

    @property
    def name(self) -> str:
        rest, given = divmod(self.number, len(_GIVEN))
        rest, middle = divmod(rest, len(_MIDDLES))
        return f"{_SURNAMES[rest % len(_SURNAMES)]} {_MIDDLES[middle]} {_GIVEN[given]}"

    @property
    def phone(self) -> str:
        return f"090{1_000_000 + self.number % 9_000_000}"

    def says(self, hello: str) -> tuple[str, ...]:
        """The messages in order; `hello` is how a chat begins on the platform."""
        return (
            hello,
            self.name,
            self.phone,
            f"{1 + self.number % 500} Lê Lợi, phường Bến Thành, TP.HCM",
            "Đèn đường trước nhà hỏng ba ngày nay",
            "đúng",
        )


_DIGITS = re.compile(r"\d+(?:[ .:/-]\d+)*")


def anonymous(reply: str, citizen: Citizen) -> str:
    """The reply without what belongs to this citizen and this minute: equal for all citizens at the same step."""
    text = TICKET_CODE.sub("<code>", reply).replace(citizen.name, "<name>")
    given = citizen.name.rpartition(" ")[2]
    return _DIGITS.sub("#", re.sub(rf"\b{given}\b", "<given>", text))
