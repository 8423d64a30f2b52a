"""The stack's own certificate authority, and one certificate that it issued for the name `localhost`."""

from __future__ import annotations

import os
import subprocess

from .home import Failure, Home

YEARS = "3650"


class Certificates:
    def __init__(self, home: Home):
        self.folder = home.join("tls")
        self.authority = os.path.join(self.folder, "ca.pem")
        self.certificate = os.path.join(self.folder, "server.pem")
        self.key = os.path.join(self.folder, "server.key")

    def make(self) -> None:
        if os.path.exists(self.certificate):
            return
        os.makedirs(self.folder, exist_ok=True)
        authority_key, request, extensions = (
            os.path.join(self.folder, name) for name in ("ca.key", "server.csr", "server.ext")
        )
        new_key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
        openssl(
            *("req", "-x509", *new_key, "-keyout", authority_key, "-out", self.authority, "-days", YEARS),
            *("-subj", "/CN=FestVibes local stack", "-addext", "keyUsage=critical,keyCertSign,cRLSign"),
        )
        openssl("req", *new_key, "-keyout", self.key, "-out", request, "-subj", "/CN=localhost")
        with open(extensions, "w", encoding="ascii") as file:
            file.write(
                "subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\nkeyUsage=critical,digitalSignature\n"
            )
            file.write("basicConstraints=critical,CA:FALSE\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n")
        openssl(
            *("x509", "-req", "-in", request, "-CA", self.authority, "-CAkey", authority_key, "-CAcreateserial"),
            *("-extfile", extensions, "-days", YEARS, "-out", self.certificate + ".new"),
        )
        os.chmod(self.key, 0o600)
        os.chmod(self.authority, 0o644)
        for name in (authority_key, request, extensions):  # without its key, the authority cannot sign anything else
            os.unlink(name)
        os.replace(self.certificate + ".new", self.certificate)


def openssl(*arguments: str) -> None:
    result = subprocess.run(["openssl", *arguments], capture_output=True, text=True)
    if result.returncode != 0:
        raise Failure(f"openssl {arguments[0]}: {result.stderr.strip()}")
