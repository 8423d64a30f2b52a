"""The door in front of moto: nothing passes without a valid Signature Version 4, and every request is logged."""

import datetime
import hashlib
import hmac
import io
import json
import re
import threading
import time
from urllib.parse import quote, unquote_to_bytes

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential="
    r"(?P<key>[^/, ]+)/(?P<day>\d{8})/(?P<region>[^/, ]+)/(?P<service>[^/, ]+)/aws4_request, ?"
    r"SignedHeaders=(?P<signed>[a-z0-9;_.-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)
CLOCK_SKEW = 900  # seconds, as on AWS

# What AWS calls each refusal: by services that speak JSON, by S3, by services of the query protocol.
REFUSALS = {
    "unsigned": ("MissingAuthenticationTokenException", "AccessDenied", "MissingAuthenticationToken"),
    "malformed": ("IncompleteSignatureException", "AuthorizationHeaderMalformed", "IncompleteSignature"),
    "unknown key": ("UnrecognizedClientException", "InvalidAccessKeyId", "InvalidClientTokenId"),
    "time": ("InvalidSignatureException", "RequestTimeTooSkewed", "SignatureDoesNotMatch"),
    "payload": ("InvalidSignatureException", "XAmzContentSHA256Mismatch", "SignatureDoesNotMatch"),
    "signature": ("InvalidSignatureException", "SignatureDoesNotMatch", "SignatureDoesNotMatch"),
}
S3_MESSAGES = {
    "unsigned": "Access Denied",
    "unknown key": "The AWS Access Key Id you provided does not exist in our records.",
}


class Refusal(Exception):
    def __init__(self, reason, message):
        super().__init__(message)
        self.reason = reason


class Gate:
    """A WSGI middleware. `keys` maps access key ids to secrets."""

    def __init__(self, app, keys, log_path=None):
        self.app = app
        self.keys = keys
        self.log = open(log_path, "a", buffering=1, encoding="utf-8") if log_path else None
        self.lock = threading.Lock()

    def __call__(self, environ, start_response):
        started = time.time()
        seen = {}

        def start(status, headers, exc_info=None):
            seen["status"] = int(status.split()[0])
            return start_response(status, headers, exc_info)

        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        try:
            check(environ, self.keys)
            return self.app(environ, start)
        except Refusal as refusal:
            seen["refused"] = str(refusal).split("\n")[0]
            return refuse(environ, refusal, start)
        finally:
            self.write(environ, started, seen)

    def write(self, environ, started, seen):
        if not self.log:
            return
        line = {
            "t": round(started, 4),
            "ms": round((time.time() - started) * 1000, 1),
            "method": environ["REQUEST_METHOD"],
            "path": raw_target(environ),
            "target": environ.get("HTTP_X_AMZ_TARGET"),
            "bytes": int(environ.get("CONTENT_LENGTH") or 0),
            **seen,
        }
        with self.lock:
            self.log.write(json.dumps({k: v for k, v in line.items() if v is not None}) + "\n")


def raw_target(environ):
    """The request target as the client wrote it; PATH_INFO is decoded already, which a signature does not forgive."""
    return environ.get("RAW_URI") or environ["REQUEST_URI"]


def check(environ, keys):
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
    if signed != sorted(set(signed)) or must_be_signed - set(signed):
        raise Refusal("signature", "There were headers present in the request which were not signed")

    timestamp = header(environ, "x-amz-date")
    check_time(timestamp, match["day"])

    body = environ["wsgi.input"].getvalue()
    real = hashlib.sha256(body).hexdigest()
    declared = header(environ, "x-amz-content-sha256")
    if match["service"] == "s3" and not declared:
        raise Refusal("malformed", "Missing required header for this request: x-amz-content-sha256")
    if declared and not declared.startswith(("UNSIGNED-PAYLOAD", "STREAMING-")) and declared != real:
        raise Refusal("payload", "The provided 'x-amz-content-sha256' header does not match what was computed")

    canonical = canonical_request(environ, match["service"], signed, declared or real)
    scope = f"{match['day']}/{match['region']}/{match['service']}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{timestamp}\n{scope}\n{hashlib.sha256(canonical.encode('latin-1')).hexdigest()}"
    key = f"AWS4{keys[match['key']]}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    expected = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, match["signature"]):
        raise Refusal(
            "signature",
            "The request signature we calculated does not match the signature you provided. Check your key and signing "
            f"method. The Canonical String for this request should have been\n{canonical}",
        )


def check_time(timestamp, day):
    try:
        when = datetime.datetime.strptime(timestamp or "", "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        raise Refusal("malformed", "Date must be in ISO-8601 'basic format'") from None
    if not timestamp.startswith(day):
        raise Refusal("signature", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date")
    if abs(time.time() - when.timestamp()) > CLOCK_SKEW:
        raise Refusal("time", "The difference between the request time and the current time is too large")


def header_names(environ):
    return {name[5:].lower().replace("_", "-") for name in environ if name.startswith("HTTP_")}


def header(environ, name):
    if name in ("content-type", "content-length"):
        return environ.get(name.upper().replace("-", "_"))
    return environ.get("HTTP_" + name.upper().replace("-", "_"))


def canonical_request(environ, service, signed, payload_hash):
    path, _, query = raw_target(environ).partition("?")
    headers = "".join(f"{name}:{' '.join((header(environ, name) or '').split())}\n" for name in signed)
    return "\n".join(
        [
            environ["REQUEST_METHOD"],
            canonical_path(path, service),
            canonical_query(query),
            headers,
            ";".join(signed),
            payload_hash,
        ]
    )


def canonical_path(path, service):
    """S3 signs the path as it is sent, encoded once; every other service normalises it and encodes it again."""
    if service == "s3":
        return path or "/"
    segments = []
    for segment in path.split("/"):
        if segment == "..":
            segments = segments[:-1]
        elif segment not in ("", "."):
            segments.append(segment)
    normal = "/" + "/".join(segments)
    return quote((normal + ("/" if path.endswith("/") and segments else "")).encode("latin-1"), safe="/-_.~")


def canonical_query(query):
    def encode(text):
        return quote(unquote_to_bytes(text.encode("latin-1")), safe="-_.~")

    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return "&".join(f"{name}={value}" for name, value in sorted((encode(n), encode(v)) for n, _, v in pairs))


def refuse(environ, refusal, start_response):
    """Answers as the service that was called would: JSON, S3's XML, or the query protocol's XML."""
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
    start_response("400 Bad Request" if bad_request else "403 Forbidden", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body.encode()]


def xml(text):
    return str(text).replace("&", "&amp;").replace("<", "&lt;")
