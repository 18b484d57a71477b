"""A square code (QR, ISO/IEC 18004) as SVG of our own, for a phone's camera: dark on white in every colour scheme."""

from markupsafe import Markup

_QUIET = 4
"""Empty squares around it, as the standard wants."""


def square_code(text: str, title: str) -> Markup:
    """Readable with up to 15 % of it damaged or hidden. `title` is what a screen reader says."""
    import segno  # noqa: PLC0415 - one person in a while sets up a second factor; every start would pay for it

    rows = segno.make_qr(text, error="m").matrix
    side = len(rows) + 2 * _QUIET
    dark = "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z" for y, row in enumerate(rows) for x, filled in enumerate(row) if filled
    )
    return Markup(
        '<svg class="square-code" viewBox="0 0 {side} {side}" role="img" aria-label="{title}" shape-rendering="crispEdges">'
        '<rect width="{side}" height="{side}" fill="#fff"></rect><path d="{dark}" fill="#000"></path></svg>'
    ).format(side=side, title=title, dark=dark)
