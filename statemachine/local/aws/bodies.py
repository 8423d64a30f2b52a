"""Reading of request bodies, which are kept in memory: one that is too large is refused before it is read."""

from __future__ import annotations

import io

LARGEST = 64 << 20  # bytes


class NotRead(Exception):
    """A body that is refused; `reason` is a key of sigv4.REFUSALS."""

    def __init__(self, reason: str, message: str):
        super().__init__(message)
        self.reason = reason


def declared_length(environ: dict) -> int:
    """Returns the length that the request declares. Raises NotRead if that is no number, or more than LARGEST."""
    text = environ.get("CONTENT_LENGTH") or "0"
    if not (text.isascii() and text.isdigit()):
        raise NotRead("malformed", "The Content-Length header is not a number of bytes")
    if len(text) > 20 or int(text) > LARGEST:
        raise NotRead("size", f"The request body has {text[:20]} bytes; the local AWS takes at most {LARGEST}")
    return int(text)


def take(environ: dict) -> None:
    """Replaces the request's input by its body in memory. Raises NotRead before it reads a body that is too large. A
    chunked body declares no length: its bytes are counted while they arrive."""
    length = declared_length(environ)
    if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        body = bytearray()
        while piece := environ["wsgi.input"].read(min(1 << 16, LARGEST + 1 - len(body))):
            body += piece
            if len(body) > LARGEST:
                raise NotRead("size", f"The request body has more than the {LARGEST} bytes that the local AWS takes")
        environ["CONTENT_LENGTH"] = str(len(body))
        environ["wsgi.input"] = io.BytesIO(body)
    else:
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
