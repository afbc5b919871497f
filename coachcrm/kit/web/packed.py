"""An answer that is ready to be sent: plain and compressed, with a tag that names it."""

import gzip
import hashlib
from dataclasses import dataclass
from typing import Self, cast

from flask import Response, request


@dataclass(frozen=True, slots=True)
class Packed:
    """The octets of an answer, as they are and compressed; `tag` names them."""

    content_type: str
    octets: bytes
    gzipped: bytes
    tag: str

    @classmethod
    def of(cls, octets: bytes, content_type: str, *, level: int = 6) -> Self:
        """Pack octets; `level` is how hard gzip tries, from 1 to 9."""
        tag = hashlib.sha256(octets).hexdigest()[:32]
        return cls(content_type, octets, gzip.compress(octets, level, mtime=0), tag)

    def response(self) -> Response:
        """Answer the running request in the form that its browser takes."""
        is_small = len(self.gzipped) < len(self.octets)
        takes_gzip = is_small and request.accept_encodings.quality("gzip") > 0
        response = Response(
            self.gzipped if takes_gzip else self.octets, content_type=self.content_type
        )
        response.vary.add("Accept-Encoding")
        if takes_gzip:
            response.content_encoding = "gzip"
        return response

    def response_if_new(self) -> Response:
        """Answer 304 without the octets to a browser that has them (RFC 9110 13.1.2)."""
        response = self.response()
        # Either form is an octet sequence of its own, and so has a tag of its own.
        response.set_etag(f"{self.tag}-gzip" if response.content_encoding else self.tag)
        return cast("Response", response.make_conditional(request))
