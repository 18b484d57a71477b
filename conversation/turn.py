"""One step in the making: the state as it becomes, and the effects collected so far. Lives only inside `step`."""

import unicodedata
from datetime import datetime, timedelta
from typing import Any

from conversation.effects import Effect, Say, Transition
from conversation.frozen import altered
from conversation.messages import Choice, Media, Message, NativeAsk
from conversation.profile import Channel, Profile
from conversation.state import NOTHING_TOLD, ConversationState, Draft, Phase
from conversation.wording import Wording


class Turn:
    """`state` is replaced, never changed; `leads` are said before the next answer, in the same message."""

    def __init__(self, state: ConversationState, at: datetime, site: Profile, account: Channel) -> None:
        self.state = state
        self.at = at
        self.site = site
        self.account = account
        self.effects: list[Effect] = []
        self.leads: list[str] = []
        self.wait = timedelta(0)
        self.quick = False

    @property
    def words(self) -> Wording:
        return Wording(self.site, self.site.language(self.state.language), self.account)

    @property
    def draft(self) -> Draft:
        return self.state.draft

    def put(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of ConversationState, checked by it
        now = self.state.__dict__
        for name, value in changes.items():
            if now[name] != value:
                self.state = altered(self.state, **changes)
                return

    def write(self, **changes: Any) -> None:  # noqa: ANN401 - the fields of Draft, checked by it
        draft = self.state.draft
        now = draft.__dict__
        self.put(draft=altered(draft, **{name: value for name, value in changes.items() if now[name] != value}))

    def settle(self, *names: str) -> None:
        """These were asked, and are not asked again for this report."""
        new = tuple(name for name in names if name not in self.draft.asked)
        self.write(asked=self.draft.asked + new)

    def do(self, effect: Effect) -> None:
        self.effects.append(effect)

    def lead(self, text: str) -> None:
        self.leads.append(text)

    def say(
        self,
        text: str,
        choices: tuple[Choice, ...] = (),
        ask: NativeAsk | None = None,
        *,
        media: tuple[Media, ...] = (),
        keep: bool = False,
    ) -> None:
        """The one answer of this step, after its leads. Its buttons are the ones that count from now on, unless
        `keep`: the question before it still stands.
        """
        due = (("bot-returned", self.state.returned), ("lapsed", self.state.lapsed))
        news = [self.words(name) for name, is_due in due if is_due]
        whole = "\n\n".join(part for part in (*news, *self.leads, text) if part)
        self.leads.clear()
        native, label = self._native(ask)
        self.do(Say(Message(unicodedata.normalize("NFC", whole), choices, native, label, media=media), self.wait))
        self.put(offered=self.state.offered if keep else choices, returned=False, lapsed=False)

    def _native(self, ask: NativeAsk | None) -> tuple[NativeAsk | None, str | None]:
        if ask is None:
            return None, None
        can = {
            NativeAsk.PHONE: self.account.asks_phone,
            NativeAsk.LOCATION: self.account.asks_location,
            NativeAsk.FORM: self.account.asks_form,
        }
        return (ask, self.words(f"ask-{ask}-button")) if can[ask] else (None, None)

    def fresh(self, phase: Phase) -> None:
        """No report is open; what was collected for one is gone."""
        self.put(
            phase=phase, draft=NOTHING_TOLD, aside=None, about=None, offered=(), misses=0, unread="", reminded=False
        )

    def transition(self) -> Transition:
        return Transition(self.state, tuple(self.effects))
