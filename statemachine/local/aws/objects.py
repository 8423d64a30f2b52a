"""S3 objects on disk: moto keeps them in memory; this module writes changes to a folder, and reads it at start.

    FOLDER/BUCKET/bucket.json            the bucket's name and region
    FOLDER/BUCKET/<sha256 of the key>    one object: a line of JSON (key, ETag, metadata, …), then its bytes

Only the current version of an object is kept.
"""

import datetime
import hashlib
import json
import os
import shutil
import threading

from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker, FakeKey, s3_backends

from .patching import method

PLAIN_FIELDS = ("encryption", "kms_key_id", "checksum_value", "checksum_algorithm", "checksum_type", "checksum_parts")


def backend():
    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"]


def etag(value):
    """Replaces moto's property, which reads the object without its lock: concurrent requests got a wrong checksum."""
    if value._etag is None:
        value._etag = hashlib.md5(value.value, usedforsecurity=False).hexdigest()
    return f'"{value._etag}"'


FakeKey.etag = property(etag)
# When a versioned object is deleted for good, moto calls dispose() on delete markers too, which do not have it.
FakeDeleteMarker.dispose = lambda self, garbage=False: None


@method(FakeBucket)
def get_permission(self, action, resource):
    """Skips TLS-only statements: moto ignores Condition, so they would deny everything. Loopback counts as TLS here."""
    policy = json.loads(self.policy) if self.policy else {"Statement": []}
    statements = [each for each in policy["Statement"] if "aws:SecureTransport" not in str(each.get("Condition"))]
    if not statements:
        return PermissionResult.NEUTRAL
    return IAMPolicy(json.dumps({**policy, "Statement": statements})).is_action_permitted(action, resource)


class ObjectStore:
    """A WSGI middleware that saves the changes of a request before its response is sent."""

    def __init__(self, app, folder):
        self.app = app
        self.folder = folder
        self.lock = threading.Lock()
        self.saved = {}  # bucket name -> {key: (FakeKey, header line)}
        os.makedirs(folder, exist_ok=True)
        self.restore()

    def __call__(self, environ, start_response):
        changes = environ["REQUEST_METHOD"] in ("PUT", "POST", "DELETE")
        response = self.app(environ, start_response)
        if changes and "/s3/aws4_request" in environ.get("HTTP_AUTHORIZATION", ""):
            name, _, key = environ["PATH_INFO"].encode("latin-1").decode(errors="replace").lstrip("/").partition("/")
            with self.lock:
                value = name in self.saved and name in backend().buckets and backend().buckets[name].keys.get(key)
                if isinstance(value, FakeKey):
                    self.save_object(name, key, value)
                elif value is not False and key in self.saved[name]:
                    self.remove_object(name, key)
                else:
                    self.save()
        return response

    def save(self):
        """Compares all of moto's objects with the saved ones; a request such as DeleteObjects can change many.

        An object that is the saved one is not looked at: the request that changes it names it.
        """
        buckets = backend().buckets
        for name in set(self.saved) - set(buckets):
            shutil.rmtree(self.path(name), ignore_errors=True)
            del self.saved[name]
        for name, bucket in list(buckets.items()):
            if name not in self.saved:
                os.makedirs(self.path(name), exist_ok=True)
                self.write(
                    self.path(name, "bucket.json"), json.dumps({"name": name, "region": bucket.region_name}).encode()
                )
                self.saved[name] = {}
            saved = self.saved[name]
            present = {key: value for key, value in bucket.keys.items() if isinstance(value, FakeKey)}
            for key in set(saved) - set(present):
                self.remove_object(name, key)
            for key, value in present.items():
                if key not in saved or saved[key][0] is not value:
                    self.save_object(name, key, value)

    def remove_object(self, name, key):
        del self.saved[name][key]
        os.unlink(self.path(name, digest(key)))

    # Another request may still be setting the object's metadata. The saved header line then differs when that request
    # ends, and the object is written again.
    def save_object(self, name, key, value):
        try:
            line = header_line(value)
            if self.saved[name].get(key) != (value, line):
                self.write(self.path(name, digest(key)), line + value.value)
                self.saved[name][key] = (value, line)
        except ValueError:
            pass  # deleted by another request, which saves its own result

    def restore(self):
        for name in sorted(os.listdir(self.folder)):
            with open(self.path(name, "bucket.json"), encoding="utf-8") as file:
                bucket = backend().create_bucket(name, json.load(file)["region"])
            self.saved[name] = {}
            for entry in os.listdir(self.path(name)):
                if len(entry) != 64:
                    continue
                with open(self.path(name, entry), "rb") as file:
                    line = file.readline()
                    value = from_header(json.loads(line), file.read(), name, bucket.region_name)
                bucket.keys.setlist(value.name, [value])
                self.saved[name][value.name] = (value, line)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    @staticmethod
    def write(path, data):
        with open(path + ".new", "wb") as file:
            file.write(data)
        os.replace(path + ".new", path)


def digest(key):
    return hashlib.sha256(key.encode()).hexdigest()


def header_line(value):
    header = {
        "key": value.name,
        "etag": value.etag.strip('"'),
        "last_modified": value.last_modified.isoformat(),
        "storage_class": value.storage_class,
        "metadata": dict(value.metadata),
        **{field: getattr(value, field) for field in PLAIN_FIELDS},
    }
    return json.dumps(header, default=as_text).encode() + b"\n"


def as_text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def from_header(header, data, bucket, region):
    value = FakeKey(
        name=header["key"],
        value=data,
        account_id=DEFAULT_ACCOUNT_ID,
        region_name=region,
        storage=header["storage_class"],
        etag=header["etag"],
        version_id="null",
        bucket_name=bucket,
    )
    value.last_modified = datetime.datetime.fromisoformat(header["last_modified"])
    value.set_metadata(header["metadata"])
    for field in PLAIN_FIELDS:
        setattr(value, field, header[field])
    return value
