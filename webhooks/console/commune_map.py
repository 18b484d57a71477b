"""A map of dots as SVG of our own: every commune a faint dot, so that the province's shape shows without any border data;
where reports came from, a dot whose area tells how many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sqrt

from markupsafe import Markup

_WIDE = 1000.0
_MARGIN = 50.0
_LEAST, _MOST = 10.0, 38.0
_EDGE = 0.02
_SLACK = 0.15
"""Islands far out would shrink everything else: the frame is what most communes span, and a little more."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A commune by its centre in degrees. `told` is what a pointer over it and a screen reader get."""

    latitude: float
    longitude: float
    told: str
    received: int
    overdue: int


def draw(dots: Sequence[Dot], title: str) -> Markup:
    """North is up. What lies outside of the frame stands at its edge, dashed. Needs one dot at least."""
    south, north = _span([dot.latitude for dot in dots])
    west, east = _span([dot.longitude for dot in dots])
    squeeze = cos(radians((south + north) / 2))
    scale = (_WIDE - 2 * _MARGIN) / max((east - west) * squeeze, (north - south) / 2, 1e-3)
    high = (north - south) * scale + 2 * _MARGIN
    most = max(dot.received for dot in dots) or 1

    def drawn(dot: Dot) -> Markup:
        inside = south <= dot.latitude <= north and west <= dot.longitude <= east
        x = (min(max(dot.longitude, west), east) - west) * squeeze * scale + _MARGIN
        y = (north - min(max(dot.latitude, south), north)) * scale + _MARGIN
        name = f"dot{' dot--late' if dot.overdue else ''}{'' if inside else ' dot--outside'}"
        if not dot.received:
            return Markup('<circle class="place" cx="{:.0f}" cy="{:.0f}" r="5"></circle>').format(x, y)
        radius = max(_LEAST, _MOST * sqrt(dot.received / most))
        return Markup(
            '<circle class="{}" cx="{:.0f}" cy="{:.0f}" r="{:.1f}" role="img" aria-label="{told}"><title>{told}</title></circle>'
        ).format(name, x, y, radius, told=dot.told)

    shapes = Markup("").join(drawn(dot) for dot in sorted(dots, key=lambda dot: (dot.received > 0, -dot.received)))
    frame = Markup('<svg class="commune-map" viewBox="0 0 {:.0f} {:.0f}" role="group" aria-label="{}">{}</svg>')
    return frame.format(_WIDE, high, title, shapes)


def _span(values: Sequence[float]) -> tuple[float, float]:
    """From the least to the greatest of what is not far away from nearly all."""
    ordered = sorted(values)
    low, high = ordered[int(len(ordered) * _EDGE)], ordered[-1 - int(len(ordered) * _EDGE)]
    slack = (high - low) * _SLACK
    near = [value for value in ordered if low - slack <= value <= high + slack]
    return near[0], near[-1]
