"""What people changed of the site: added to, never overwritten; of two at once one is refused."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from kit.databases import after

from ticket_store.engine import Store
from ticket_store.errors import SiteChanged
from ticket_store.site_revisions import SiteRevision

KEY = "texts/vi/ask-name"


def add(store: Store, number: int, key: str = KEY, value: object = "Tên?", author: str = "Minh") -> None:
    with store.writing() as work:
        work.site_revisions.add(SiteRevision(number, key, "Họ tên?", value, author, after(number), "thử"))


def test_the_newest_of_each_part_counts_and_what_was_taken_back_does_not(store: Store) -> None:
    add(store, 1)
    add(store, 2, "office", {"hours": {"mon": ["08:00-12:00"]}, "holidays": []})
    add(store, 3, value="Quý danh?")
    add(store, 4, "routes/road", "police")
    add(store, 5, "routes/road", None)
    with store.reading() as work:
        assert work.site_revisions.edits() == {
            "office": {"hours": {"mon": ["08:00-12:00"]}, "holidays": []},
            KEY: "Quý danh?",
        }
        assert (work.site_revisions.head(), work.site_revisions.head(KEY), work.site_revisions.head("x")) == (5, 3, 0)
        assert work.site_revisions.find(3) == SiteRevision(3, KEY, "Họ tên?", "Quý danh?", "Minh", after(3), "thử")
        assert work.site_revisions.find(6) is None


def test_the_history_is_read_in_pages_newest_first_whole_or_of_one_part(store: Store) -> None:
    for number in range(1, 6):
        add(store, number, KEY if number % 2 else "office")
    with store.reading() as work:
        first = work.site_revisions.page(limit=3)
        rest = work.site_revisions.page(limit=3, after=int(first.next or 0))
        assert [one.number for one in (*first, *rest)] == [5, 4, 3, 2, 1]
        assert rest.next is None
        assert [one.number for one in work.site_revisions.page(KEY)] == [5, 3, 1]
        assert work.site_revisions.page("none") == []


def test_nothing_is_there_at_first(store: Store) -> None:
    with store.reading() as work:
        assert (work.site_revisions.head(), work.site_revisions.edits()) == (0, {})


@pytest.mark.parametrize("number", [1, 3])
def test_a_revision_that_is_not_the_next_one_is_refused(store: Store, number: int) -> None:
    add(store, 1)
    with pytest.raises(SiteChanged):
        add(store, number)
    with store.reading() as work:
        assert work.site_revisions.head() == 1


def test_of_several_at_the_same_moment_exactly_one_is_kept(store: Store) -> None:
    def attempt(author: str) -> str | None:
        try:
            add(store, 1, author=author)
        except SiteChanged:
            return None
        return author

    with ThreadPoolExecutor(4) as pool:
        kept = [one for one in pool.map(attempt, ["Minh", "Tú", "Lan", "Hoa"]) if one]
    with store.reading() as work:
        assert [one.author for one in work.site_revisions.page()] == kept
    assert len(kept) == 1
