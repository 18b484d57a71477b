"""Sentences are complete and mention what they must, or the profile is refused."""

import pytest
from kit.sites import NAMES, site, texts, with_texts

from conversation.catalog import TEXTS, read_catalog
from conversation.errors import BadProfile
from conversation.site_topics import MOST_NAME_CHARS

BUTTON_CHARS = 20


def entry(name: str, text: str) -> str:
    return f'msgid "{name}"\nmsgstr "{text}"\n'


def test_a_site_replaces_one_sentence_and_keeps_the_others() -> None:
    own = with_texts({"texts/vi.po": entry("ask-name", "Xin cho biết họ tên của ông/bà.")})
    assert own.catalog.say("vi", "ask-name") == "Xin cho biết họ tên của ông/bà."
    assert own.catalog.say("vi", "ask-address") == site().catalog.say("vi", "ask-address")


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("ticket", "Đã tiếp nhận.", "does not mention {code}; must mention exactly {code}"),
        ("ask-name", "Họ tên {name}?", "mentions {name}; must mention exactly nothing"),
        ("ticket", "Mã {code}, {0}", "mentions {0}"),
        ("ticket", "Mã {code:>9999999}", "without : or !"),
        ("ticket", "Mã {code!r}", "without : or !"),
        ("ask-name", "Họ tên {?", "brace"),
        ("ask-names", "Họ tên?", "no text has this name"),
    ],
)
def test_a_bad_sentence_is_refused_with_file_and_name(name: str, text: str, reason: str) -> None:
    with pytest.raises(BadProfile) as refused:
        with_texts({"texts/vi.po": entry(name, text)})
    assert refused.value.file == "texts/vi.po"
    assert refused.value.key == name
    assert reason in refused.value.reason


def test_what_is_no_catalogue_is_refused() -> None:
    with pytest.raises(BadProfile, match="not a gettext catalogue"):
        with_texts({"texts/vi.po": "hello there"})


def test_a_language_without_all_sentences_is_refused() -> None:
    with pytest.raises(BadProfile, match=r"xx\.po"):
        read_catalog({"texts/xx.po": entry("ask-name", "?")}, ["xx"])


def test_obsolete_and_empty_entries_do_not_count() -> None:
    own = with_texts({"texts/vi.po": entry("ask-name", "") + '\n#~ msgid "old-name"\n#~ msgstr "x"\n'})
    assert own.catalog.say("vi", "ask-name") == site().catalog.say("vi", "ask-name")


def test_a_language_the_site_does_not_speak_is_left_alone() -> None:
    assert with_texts({"texts/de.po": "whatever"}).languages == ("vi", "en")


def test_what_citizens_wrote_is_never_read_as_a_pattern() -> None:
    assert "{code}" in site().catalog.say("vi", "ticket-named", name="{code} {0}", code="X")


@pytest.mark.parametrize("name", NAMES)
def test_buttons_fit_every_platform(name: str) -> None:
    profile = site(name)
    labels = [key for key in TEXTS if key.startswith(("button-", "label-"))]
    for language in profile.languages:
        for label in labels:
            longest = dict.fromkeys(TEXTS[label], "x" * MOST_NAME_CHARS)
            assert len(profile.catalog.say(language, label, **longest)) <= BUTTON_CHARS, (language, label)


@pytest.mark.parametrize("name", NAMES)
def test_questions_are_short_and_polite(name: str) -> None:
    """Domain guide, section 15: at most 250 characters, no exclamation marks."""
    profile = site(name)
    for language in profile.languages:
        for key, wanted in TEXTS.items():
            text = profile.catalog.say(language, key, **dict.fromkeys(wanted, "…"))
            assert "!" not in text, (language, key)
            if key not in {"consent", "notice", "help"}:
                assert len(text) <= 250, (language, key)


def test_all_base_catalogues_are_there() -> None:
    assert {file.rsplit("/", 1)[-1] for file in texts("hcmc")} >= {"vi.po", "en.po", "fa.po"}
