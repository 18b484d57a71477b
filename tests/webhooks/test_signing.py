"""Signed words: for one purpose, until a moment, by a key of ours."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from webhooks.signing import Signer

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SIGNER = Signer("a secret of tests that is long enough")


@given(words=st.text(max_size=200))
def test_words_come_back_as_they_were_and_travel_in_an_address(words: str) -> None:
    token = SIGNER.sign("link", words, LATER)
    assert SIGNER.read("link", token, NOW) == words
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.")


@given(token=st.text(max_size=120))
def test_nothing_that_we_did_not_sign_is_believed(token: str) -> None:
    assert SIGNER.read("link", token, NOW) is None


def test_a_token_ends_at_its_moment_and_serves_its_purpose_alone() -> None:
    token = SIGNER.sign("link", "1022-261124-7K3MX", LATER)
    assert SIGNER.read("link", token, LATER) is None
    assert SIGNER.read("file", token, NOW) is None


def test_every_changed_sign_is_noticed() -> None:
    token = SIGNER.sign("link", "admin", LATER)
    for at, sign in enumerate(token):
        for other in "Ab-.":
            changed = token[:at] + other + token[at + 1 :]
            # the last sign of base64 carries bits that mean nothing: the same bytes may be spelt twice
            if other != sign and at not in {len(token) - 1, token.index(".") - 1}:
                assert SIGNER.read("link", changed, NOW) is None


def test_a_former_key_is_still_believed_a_foreign_one_is_not() -> None:
    token = Signer("the former secret of many characters").sign("link", "words", LATER)
    assert Signer("the new secret of many characters", ["the former secret of many characters"]).read(
        "link", token, NOW
    )
    assert Signer("the new secret of many characters").read("link", token, NOW) is None


def test_a_signer_shows_no_key() -> None:
    assert "secret" not in repr(SIGNER)
