"""In which of the forms that a call has the answer is wanted."""

from aiohttp import web

from webhooks.api.operations import BadQuery, Parameter

JSON, CSV = "json", "csv"
_TYPES = {"text/csv": CSV, "application/json": JSON, "application/*": JSON, "text/*": CSV, "*/*": JSON}


def _format(text: str) -> str:
    if text not in {JSON, CSV}:
        raise BadQuery("format must be json or csv")
    return text


FORMAT = Parameter("format", {"type": "string", "enum": [JSON, CSV, ""]}, _format, "Goes before the header Accept.")


def wants_csv(request: web.Request, named: str | None) -> bool:
    """By its name, else by the header: what it likes best of the two, and JSON where it likes both the same."""
    if named is not None:
        return named == CSV
    liked = {JSON: 0.0, CSV: 0.0}
    for part in request.headers.get("Accept", "").split(","):
        kind, *parameters = (one.strip().lower() for one in part.split(";"))
        form = _TYPES.get(kind)
        if form is not None:
            liked[form] = max(liked[form], _quality(parameters))
    return liked[CSV] > liked[JSON]


def _quality(parameters: list[str]) -> float:
    """1 where none is given; what is no number is liked least."""
    given = next((one.removeprefix("q=") for one in parameters if one.startswith("q=")), "1")
    return float(given) if given.replace(".", "", 1).isascii() and given.replace(".", "", 1).isdigit() else 0.0
