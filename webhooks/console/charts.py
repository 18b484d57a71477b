"""Charts as SVG of our own. Text stays outside of them, so that it keeps its size on a phone; shapes take their colours
from classes, because the content security policy allows no inline style.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

_WIDE, _HIGH = 1000.0, 240.0


@dataclass(frozen=True, slots=True)
class Day:
    """One point of a course. `label` names it, `told` is what a pointer over it reads."""

    label: str
    told: str
    values: tuple[int, ...]


def bar(parts: Sequence[tuple[str, float]], whole: float) -> Markup:
    """One bar of parts (class, length) beside each other; `whole` is the length of the longest bar of the chart."""
    drawn, start = [], 0.0
    for name, length in parts:
        width = 100 * length / whole if whole else 0.0
        if width > 0:
            rect = Markup('<rect class="{}" x="{:.2f}" y="0" width="{:.2f}" height="10"></rect>')
            drawn.append(rect.format(name, start, width))
        start += width
    frame = Markup('<svg class="bar-chart" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{}</svg>')
    return frame.format(Markup("").join(drawn))


def lines(days: Sequence[Day], classes: Sequence[str], title: str) -> Markup:
    """A line for each of the values, from zero up to the highest one; every day can be pointed at."""
    most = max((value for day in days for value in day.values), default=0) or 1
    step = _WIDE / max(1, len(days) - 1)
    drawn = [
        Markup('<line class="grid-line" x1="0" x2="{:.0f}" y1="{y:.1f}" y2="{y:.1f}"></line>').format(
            _WIDE, y=_height(most * part, most)
        )
        for part in (0, 0.25, 0.5, 0.75, 1)
    ]
    for place, name in enumerate(classes):
        points = " ".join(
            f"{number * step:.1f},{_height(day.values[place], most):.1f}" for number, day in enumerate(days)
        )
        if len(days) == 1:  # a line needs two points
            points = f"{points} {_WIDE:.1f},{_height(days[0].values[place], most):.1f}"
        drawn.append(Markup('<polyline class="{}" points="{}"></polyline>').format(name, points))
    for number, day in enumerate(days):
        hit = Markup('<rect class="hit" x="{:.1f}" y="0" width="{:.1f}" height="{:.0f}"><title>{}</title></rect>')
        drawn.append(hit.format(max(0.0, (number - 0.5) * step), step, _HIGH, day.told))
    frame = Markup(
        '<svg class="line-chart" viewBox="0 0 {:.0f} {:.0f}" preserveAspectRatio="none" role="img"><title>{}</title>{}</svg>'
    )
    return frame.format(_WIDE, _HIGH, title, Markup("").join(drawn))


def top(days: Sequence[Day]) -> int:
    """What the upper edge of `lines` stands for."""
    return max((value for day in days for value in day.values), default=0) or 1


def _height(value: float, most: int) -> float:
    return _HIGH - 4 - (_HIGH - 8) * value / most
