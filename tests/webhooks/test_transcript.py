"""How a pressed button stands in the transcript."""

from datetime import UTC, datetime

import pytest
from kit.sites import site

from conversation.events import ChoicePicked
from conversation.messages import Choice
from conversation.state import ConversationState
from conversation.wording import Wording
from webhooks.transcript import said_by_contact

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
ASKED = ConversationState(offered=(Choice("consent:yes", "Đồng ý"),))


@pytest.mark.parametrize(
    ("press", "shown"),
    [
        (ChoicePicked(NOW, "consent:yes"), "Đồng ý"),
        (ChoicePicked(NOW, "consent:yes", "Tôi đồng ý"), "Tôi đồng ý"),
        (ChoicePicked(NOW, "ward:3"), "[nút cũ]"),
    ],
)
def test_a_press_shows_its_label_or_that_the_button_was_old(press: ChoicePicked, shown: str) -> None:
    assert said_by_contact(press, ASKED, Wording(site(), "vi")) == (shown, ())
