"""Verification of Signature Version 4 in front of moto: every request must be correctly signed, and is logged."""

from __future__ import annotations

import datetime
import hashlib
import hmac
import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import unquote

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.compat import HTTPHeaders

from . import bodies

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential="
    r"(?P<key>[^/, ]+)/(?P<day>\d{8})/(?P<region>[^/, ]+)/(?P<service>[^/, ]+)/aws4_request, ?"
    r"SignedHeaders=(?P<signed>[a-z0-9;_.-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
CLOCK_SKEW = 900  # seconds, as on AWS

# AWS's error codes for each refusal: of services that speak JSON, of S3, of services of the query protocol.
REFUSALS = {
    "unsigned": ("MissingAuthenticationTokenException", "AccessDenied", "MissingAuthenticationToken"),
    "malformed": ("IncompleteSignatureException", "AuthorizationHeaderMalformed", "IncompleteSignature"),
    "unknown key": ("UnrecognizedClientException", "InvalidAccessKeyId", "InvalidClientTokenId"),
    "time": ("InvalidSignatureException", "RequestTimeTooSkewed", "SignatureDoesNotMatch"),
    "payload": ("InvalidSignatureException", "XAmzContentSHA256Mismatch", "SignatureDoesNotMatch"),
    "signature": ("InvalidSignatureException", "SignatureDoesNotMatch", "SignatureDoesNotMatch"),
    "size": ("RequestEntityTooLargeException", "EntityTooLarge", "RequestEntityTooLarge"),
}
S3_MESSAGES = {
    "unsigned": "Access Denied",
    "unknown key": "The AWS Access Key Id you provided does not exist in our records.",
}


class Refusal(Exception):
    """A request that is refused; `reason` is a key of REFUSALS."""

    def __init__(self, reason: str, message: str):
        super().__init__(message)
        self.reason = reason


class SignatureVerifier:
    """A WSGI middleware. `keys` maps access key ids to secrets."""

    def __init__(self, app: Callable, keys: Mapping[str, str], log_path: str | None = None):
        self.app = app
        self.keys = keys
        self.log = open(log_path, "a", buffering=1, encoding="utf-8") if log_path else None
        self.lock = threading.Lock()

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        started = time.time()
        seen = {}

        def start(status, headers, exc_info=None):
            seen["status"] = int(status.split()[0])
            return start_response(status, headers, exc_info)

        try:
            bodies.take(environ)
            seen["bytes"] = int(environ.get("CONTENT_LENGTH") or 0)
            check(environ, self.keys)
            return self.app(environ, start)
        except (bodies.NotRead, Refusal) as refusal:
            seen["refused"] = str(refusal).split("\n")[0]
            return refuse(environ, refusal, start)
        finally:
            self.write(environ, started, seen)

    def write(self, environ: dict, started: float, seen: dict) -> None:
        if not self.log:
            return
        line = {
            "t": round(started, 4),
            "ms": round((time.time() - started) * 1000, 1),
            "method": environ["REQUEST_METHOD"],
            "path": raw_target(environ),
            "target": environ.get("HTTP_X_AMZ_TARGET"),
            "bytes": 0,
            **seen,
        }
        with self.lock:
            self.log.write(json.dumps({k: v for k, v in line.items() if v is not None}) + "\n")


def raw_target(environ: dict) -> str:
    """Returns the request target as the client sent it. PATH_INFO is decoded, which would change the signature."""
    return environ.get("RAW_URI") or environ["REQUEST_URI"]


def check(environ: dict, keys: Mapping[str, str]) -> None:
    """Raises Refusal unless the request's signature is valid."""
    authorization = environ.get("HTTP_AUTHORIZATION")
    if not authorization:
        raise Refusal("unsigned", "Request is missing Authentication Token")
    match = AUTHORIZATION.fullmatch(authorization)
    if not match:
        raise Refusal("malformed", "The authorization header is malformed")
    if match["key"] not in keys:
        raise Refusal("unknown key", "The security token included in the request is invalid.")

    signed = match["signed"].split(";")
    must_be_signed = {name for name in header_names(environ) if name.startswith("x-amz-")} | {"host"}
    if signed != sorted(set(signed)) or must_be_signed - {name.replace("_", "-") for name in signed}:
        raise Refusal("signature", "There were headers present in the request which were not signed")

    timestamp = header(environ, "x-amz-date")
    check_time(timestamp, match["day"])

    declared = header(environ, "x-amz-content-sha256")
    if match["service"] == "s3" and not declared:
        raise Refusal("malformed", "Missing required header for this request: x-amz-content-sha256")
    if declared and not declared.startswith(("UNSIGNED-PAYLOAD", "STREAMING-")):
        if declared != hashlib.sha256(environ["wsgi.input"].getvalue()).hexdigest():
            raise Refusal("payload", "The provided 'x-amz-content-sha256' header does not match what was computed")

    signer = (S3Signer if match["service"] == "s3" else Signer)(
        Credentials(match["key"], keys[match["key"]]), match["service"], match["region"]
    )
    request = received(environ, signed, timestamp)
    canonical = signer.canonical_request(request)
    expected = signer.signature(signer.string_to_sign(request, canonical), request)
    if not hmac.compare_digest(expected, match["signature"]):
        raise Refusal(
            "signature",
            "The request signature we calculated does not match the signature you provided. Check your key and signing "
            f"method. The Canonical String for this request should have been\n{canonical}",
        )


class SignedHeaders:
    """A mixin for botocore's signers, which otherwise choose the headers to sign themselves."""

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        return request.headers


class Signer(SignedHeaders, SigV4Auth):
    pass


class S3Signer(SignedHeaders, S3SigV4Auth):
    pass


def received(environ: dict, signed: list[str], timestamp: str) -> AWSRequest:
    """Returns the request for botocore's signers, with the signed headers only."""
    path, _, query = raw_target(environ).partition("?")
    request = AWSRequest(
        method=environ["REQUEST_METHOD"],
        url=f"http://{environ['HTTP_HOST']}{decoded(path) or '/'}",
        params=[(unquote(name), unquote(value)) for name, _, value in pairs(query)],
        data=environ["wsgi.input"].getvalue(),
        headers={name: decoded(header(environ, name) or "") for name in signed},
    )
    request.context["timestamp"] = timestamp
    return request


def pairs(query: str) -> list[tuple[str, str, str]]:
    return [pair.partition("=") for pair in query.split("&") if pair]


def decoded(value: str) -> str:
    """Decodes a part of the request as UTF-8, which botocore expects; WSGI decodes it as Latin-1."""
    return value.encode("latin-1").decode(errors="replace")


def check_time(timestamp: str | None, day: str) -> None:
    try:
        when = datetime.datetime.strptime(timestamp or "", "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise Refusal("malformed", "Date must be in ISO-8601 'basic format'") from None
    if not timestamp.startswith(day):
        raise Refusal("signature", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date")
    if abs(time.time() - when.timestamp()) > CLOCK_SKEW:
        raise Refusal("time", "The difference between the request time and the current time is too large")


def header_names(environ: dict) -> set[str]:
    return {name[5:].lower().replace("_", "-") for name in environ if name.startswith("HTTP_")}


def header(environ: dict, name: str) -> str | None:
    if name in ("content-type", "content-length"):
        return environ.get(name.upper().replace("-", "_"))
    return environ.get("HTTP_" + name.upper().replace("-", "_"))


def refuse(environ: dict, refusal: Refusal | bodies.NotRead, start_response: Callable) -> list[bytes]:
    """Responds as the requested service would: JSON, S3's XML, or the query protocol's XML."""
    json_code, s3_code, query_code = REFUSALS[refusal.reason]
    scope = environ.get("HTTP_AUTHORIZATION", "")
    is_json_rpc = "amz-json" in environ.get("CONTENT_TYPE", "")
    is_json = is_json_rpc or "/lambda/aws4_request" in scope
    if is_json:
        body = json.dumps({"__type": json_code, "message": str(refusal)})
        kind = "application/x-amz-json-1.0"
    elif "x-www-form-urlencoded" in environ.get("CONTENT_TYPE", ""):
        error = f"<Type>Sender</Type><Code>{query_code}</Code><Message>{xml(refusal)}</Message>"
        body = f"<ErrorResponse><Error>{error}</Error></ErrorResponse>"
        kind = "text/xml"
    else:
        message = S3_MESSAGES.get(refusal.reason, str(refusal))
        body = f"<Error><Code>{s3_code}</Code><Message>{xml(message)}</Message></Error>"
        kind = "application/xml"
    bad_request = is_json_rpc or refusal.reason in ("malformed", "payload")
    headers = [("Content-Type", kind), ("Content-Length", str(len(body.encode())))]
    if is_json:
        headers.append(("x-amzn-ErrorType", json_code))
    status = "400 Bad Request" if bad_request else "403 Forbidden"
    start_response("413 Content Too Large" if refusal.reason == "size" else status, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body.encode()]


def xml(text: object) -> str:
    return str(text).replace("&", "&amp;").replace("<", "&lt;")
