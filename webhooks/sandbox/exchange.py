"""A call from the gateway as plain values, and what is answered to it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

Json = dict[str, Any]


class Unreadable(Exception):
    """The body is not what its content type says."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body; `filename` is empty for a plain field."""

    filename: str
    content_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """Header names are lower case; `path` is decoded, without the query."""

    method: str
    path: str
    query: Mapping[str, str] = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def kind(self) -> str:
        """The content type without parameters, lower case; empty when there is none."""
        return self.headers.get("content-type", "").split(";")[0].strip().lower()

    def json_object(self) -> Json:
        try:
            found = json.loads(self.body)
        except ValueError as error:
            raise Unreadable("the body is not JSON") from error
        if not isinstance(found, dict):
            raise Unreadable("the JSON is not an object")
        return found

    def form(self) -> dict[str, str]:
        try:
            pairs = parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=bool(self.body))
        except ValueError as error:
            raise Unreadable("the body is not a form") from error
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise Unreadable("a field stands twice in the form")
        return fields

    def multipart(self) -> dict[str, Part]:
        marker = ""
        for piece in self.headers.get("content-type", "").split(";")[1:]:
            name, _, value = piece.strip().partition("=")
            if name.lower() == "boundary":
                marker = value.strip('"')
        if not marker:
            raise Unreadable("the multipart body has no boundary")
        chunks = (b"\r\n" + self.body).split(b"\r\n--" + marker.encode())
        if len(chunks) < 3 or not chunks[-1].startswith(b"--"):
            raise Unreadable("the multipart body does not end")
        return dict(_part(chunk) for chunk in chunks[1:-1])


def _part(chunk: bytes) -> tuple[str, Part]:
    head, gap, data = chunk.partition(b"\r\n\r\n")
    if not gap:
        raise Unreadable("a part has no headers")
    name = filename = ""
    content_type = "text/plain"
    for line in head.decode("utf-8", "replace").split("\r\n"):
        key, _, value = line.partition(":")
        if key.lower() == "content-type":
            content_type = value.strip().lower()
        if key.lower() == "content-disposition":
            for piece in value.split(";")[1:]:
                label, _, text = piece.strip().partition("=")
                name = text.strip('"') if label == "name" else name
                filename = text.strip('"') if label == "filename" else filename
    if not name:
        raise Unreadable("a part has no name")
    return name, Part(filename, content_type, data)


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes = field(repr=False)
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(document: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, json.dumps(document, ensure_ascii=False).encode(), headers=headers or {})
