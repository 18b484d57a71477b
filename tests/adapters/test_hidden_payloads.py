import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.attachments import attachment_line
from adapters.hidden_payloads import code_of, payload_of
from conversation.messages import Media, MediaKind

CODES = st.text("abcdefghijklmnopqrstuvwxyz0123456789_.:-", min_size=1, max_size=60)


@given(CODES)
def test_a_code_comes_back_from_its_payload(code: str) -> None:
    payload = payload_of(code)
    assert payload is not None
    assert code_of(payload) == code


@pytest.mark.parametrize("code", ["", "A", "có", "a b", "a" * 61, "a\n"])
def test_a_code_that_would_not_come_back_has_no_payload(code: str) -> None:
    assert payload_of(code) is None
    assert code_of(f"#td:{code}") is None


@pytest.mark.parametrize(
    "text", ["yes", " #td:yes", "#td:yes ", "#TD:yes", "#td:#td:yes", "#td:yes\n", "#td", "x#td:yes"]
)
def test_what_a_person_types_beside_the_exact_form_is_their_own_words(text: str) -> None:
    assert code_of(text) is None


def test_only_a_public_address_of_an_attachment_is_told() -> None:
    assert (
        attachment_line(Media(MediaKind.FILE, "https://1022.example.vn/a.pdf", "a.pdf"))
        == "https://1022.example.vn/a.pdf"
    )
    assert attachment_line(Media(MediaKind.FILE, "/var/media/a", "đơn.pdf")) == "📎 đơn.pdf"
    assert attachment_line(Media(MediaKind.FILE, "file-id")) == "📎"
