"""What an announcement has come to, in numbers; nothing here names a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from conversation.ids import AccountId


class Tally(NamedTuple):
    """So many people of an account stand there, for this reason."""

    account: AccountId
    state: str
    reason: str | None
    people: int


@dataclass(frozen=True, slots=True)
class Counts:
    """`planned` = pending + sent + failed + skipped + uncertain; `delivered` is the part of `sent` with a receipt, `seen`
    the part of that which was looked at.

    `pending_by_account`: for the time it will take. `reasons`: of those left out, and of those that failed.
    """

    pending: int = 0
    sent: int = 0
    delivered: int = 0
    seen: int = 0
    failed: int = 0
    skipped: int = 0
    uncertain: int = 0
    skipped_by_reason: Mapping[str, int] = field(default_factory=dict)
    failed_by_reason: Mapping[str, int] = field(default_factory=dict)
    pending_by_account: Mapping[AccountId, int] = field(default_factory=dict)

    @property
    def planned(self) -> int:
        return self.pending + self.sent + self.failed + self.skipped + self.uncertain


def summed(tallies: Sequence[Tally]) -> Counts:
    """Added up."""
    by_state: dict[str, int] = {}
    skipped: dict[str, int] = {}
    failed: dict[str, int] = {}
    pending: dict[AccountId, int] = {}
    for account, state, reason, count in tallies:
        word = "pending" if state == "sending" else state
        by_state[word] = by_state.get(word, 0) + count
        if word == "pending":
            pending[account] = pending.get(account, 0) + count
        elif word in ("skipped", "failed"):
            reasons = skipped if word == "skipped" else failed
            code = (reason or "unknown").partition(":")[0]
            reasons[code] = reasons.get(code, 0) + count
    seen = by_state.get("seen", 0)
    delivered = by_state.get("delivered", 0) + seen
    return Counts(
        pending=by_state.get("pending", 0),
        sent=by_state.get("sent", 0) + delivered,
        delivered=delivered,
        seen=seen,
        failed=by_state.get("failed", 0),
        skipped=by_state.get("skipped", 0),
        uncertain=by_state.get("uncertain", 0),
        skipped_by_reason=skipped,
        failed_by_reason=failed,
        pending_by_account=pending,
    )
