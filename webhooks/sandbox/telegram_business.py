"""A Telegram Business account with our bot connected: citizens write to a person, who may answer in the ordinary app."""

import secrets
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
WINDOW_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class BusinessConnection:
    """`owner` is the account's Telegram user, as updates name it."""

    id: str
    owner: Json

    def view(self, at: int) -> Json:
        return {
            "id": self.id,
            "user": self.owner,
            "user_chat_id": self.owner["id"],
            "date": at,
            "is_enabled": True,
            "rights": {"can_reply": True, "can_read_messages": True},
        }


def new_connection(owner_name: str) -> BusinessConnection:
    owner = {"id": 5_000_000_000 + secrets.randbelow(2**40), "is_bot": False, "first_name": owner_name}
    return BusinessConnection(secrets.token_urlsafe(18), owner)
