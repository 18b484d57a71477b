"""The square code for a second factor: what a camera sees is what the encoder made, with room around it."""

import re

import segno

from webhooks.console.square_code import square_code

ADDRESS = "otpauth://totp/tongdai:Lan?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=tongdai"


def test_every_dark_square_stands_in_its_place_on_white_with_room_around() -> None:
    svg = square_code(ADDRESS, "a & b")
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", svg)}
    rows = segno.make_qr(ADDRESS, error="m").matrix
    assert dark == {(x + 4, y + 4) for y, row in enumerate(rows) for x, filled in enumerate(row) if filled}
    assert f'viewBox="0 0 {len(rows) + 8} {len(rows) + 8}"' in svg
    assert 'fill="#fff"' in svg
    assert 'aria-label="a &amp; b"' in svg
    assert "style" not in svg
