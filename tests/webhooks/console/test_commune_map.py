"""The map of dots: where they stand, what they tell, and what is far away."""

import re

from webhooks.console.commune_map import Dot, draw


def dots(*more: Dot) -> list[Dot]:
    """A hundred communes in a square of one degree."""
    grid = [Dot(10 + row / 9, 106 + column / 9, f"{row} {column}", 0, 0) for row in range(10) for column in range(10)]
    return [*grid, *more]


def circles(svg: str, name: str) -> list[tuple[float, float, float]]:
    found = re.findall(rf'<circle class="{name}" cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', svg)
    return [(float(x), float(y), float(radius)) for x, y, radius in found]


def test_north_is_up_and_east_is_right() -> None:
    svg = draw(dots(Dot(10.9, 106.1, "north-west", 1, 0), Dot(10.1, 106.9, "south-east", 1, 0)), "map")
    (x1, y1, _), (x2, y2, _) = circles(svg, "dot")
    assert x1 < x2
    assert y1 < y2


def test_the_area_of_a_dot_tells_how_many() -> None:
    svg = draw(dots(Dot(10.5, 106.5, "four", 400, 0), Dot(10.2, 106.2, "one", 100, 0)), "map")
    (_, _, big), (_, _, small) = circles(svg, "dot")
    assert big / small == 2


def test_an_island_far_out_stands_at_the_edge_and_shrinks_nothing() -> None:
    without, outside = draw(dots(), "map"), Dot(6.0, 106.5, "island", 3, 1)
    svg = draw(dots(outside), "map")
    assert circles(svg, "place") == circles(without, "place")
    assert [y for _, y, _ in circles(svg, "dot dot--late dot--outside")] == [
        max(y for _, y, _ in circles(svg, "place"))
    ]


def test_every_dot_with_reports_has_words_and_nothing_in_them_is_markup() -> None:
    svg = draw(dots(Dot(10.5, 106.5, 'Phường "<b>"', 1, 0)), "a & b")
    assert svg.count('role="img"') == 1
    assert 'aria-label="Phường &#34;&lt;b&gt;&#34;"' in svg
    assert 'aria-label="a &amp; b"' in svg


def test_one_commune_alone_can_be_drawn() -> None:
    assert circles(draw([Dot(10.5, 106.5, "alone", 2, 0)], "map"), "dot")
