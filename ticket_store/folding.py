"""How names are made comparable before they are indexed."""

import unicodedata


def fold(text: str) -> str:
    """Lower case, without accents, single spaces: "Nguyễn  Thị Đào" → "nguyen thi dao"."""
    parts = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(sign for sign in parts if not unicodedata.combining(sign)).split())
