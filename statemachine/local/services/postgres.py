"""Postgres: TCP on loopback with TLS and passwords; the cluster is in HOME/postgres."""

from __future__ import annotations

import glob
import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess

from processes import write

from .certificates import Certificates
from .home import Failure, Home
from .service import Service

USER = "festvibes"
DATABASE = "festvibes"
# Data of tests need not outlast the machine. They are in memory, if it has room: tests make and drop thousands of
# databases, each of 300 files.
MAY_BE_LOST = os.environ.get("PG_DATA_MAY_BE_LOST") == "true"
MEMORY = "/dev/shm"
ROOM = 4 << 30  # bytes; two stacks of the tests need less than half


class Postgres(Service):
    name = "postgres"
    ports = ("postgres",)
    stop_signal = signal.SIGINT  # a fast shutdown, which does not wait for clients to disconnect

    def __init__(self, home: Home, certificates: Certificates):
        super().__init__(home)
        self.certificates = certificates

    @property
    def data(self) -> str:
        return os.path.join(self.folder(), "data")

    def folder(self) -> str:
        return self.home.memory.get("postgres folder") or self.home.join("postgres")

    def address(self) -> str:
        return f"localhost:{self.home.port('postgres')}"

    def url(self, database: str = DATABASE, verified: bool = True) -> str:
        """Returns a URL with the authority's path, so that psql and libpq verify the certificate without settings."""
        query = f"?sslmode=verify-full&sslrootcert={quote(self.certificates.authority)}" if verified else ""
        return f"postgresql://{USER}:{self.home.secret('postgres')}@{self.address()}/{database}{query}"

    def user(self) -> pwd.struct_passwd | None:
        """Returns the account to run Postgres as. It refuses root, which uses the Debian package's account."""
        if os.geteuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                pass
        raise Failure("no account to run Postgres as: neither postgres nor nobody exists")

    def directory(self) -> str:
        return self.data

    def program(self, name: str) -> str:
        """Returns the path of a program of the newest installed Postgres, or of the version that made the cluster."""
        folders = {int(re.split(r"/", path)[-2]): path for path in glob.glob("/usr/lib/postgresql/[0-9]*/bin")}
        if not folders:
            raise Failure("no Postgres in /usr/lib/postgresql: run make install")
        version = max(folders)
        if os.path.exists(os.path.join(self.data, "PG_VERSION")):
            with open(os.path.join(self.data, "PG_VERSION"), encoding="ascii") as file:
                version = int(file.read())
            if version not in folders:
                raise Failure(f"{self.data} was made by Postgres {version}, which is not installed")
        return os.path.join(folders[version], name)

    def command(self) -> list[str]:
        settings = {
            "port": self.home.port("postgres"),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "ssl": "on",
            "log_timezone": "UTC",
            "timezone": "UTC",
            # Without it, dropping a database waits for no disk.
            "fsync": "off" if MAY_BE_LOST else "on",
        }
        return [self.program("postgres"), "-D", self.data, *(f"--{name}={value}" for name, value in settings.items())]

    def prepare(self) -> None:
        self.choose_folder()
        user = self.user()
        if not os.path.exists(os.path.join(self.data, "PG_VERSION")):
            self.make_cluster(user)
        for source, target in ((self.certificates.certificate, "server.crt"), (self.certificates.key, "server.key")):
            copy = os.path.join(self.data, target)
            shutil.copyfile(source, copy)
            os.chmod(copy, 0o600)
            if user:
                os.chown(copy, user.pw_uid, user.pw_gid)

    def choose_folder(self) -> None:
        """Chooses HOME/postgres; if the account cannot reach it, because root's checkout is private, /var/lib."""
        user = self.user()
        parent = "/var/lib" if user and not reachable(self.home.path, user) else None
        if MAY_BE_LOST and has_room(MEMORY):
            parent = MEMORY
        if parent and not os.path.exists(self.data):
            name = f"festvibes-{hashlib.sha256(self.home.path.encode()).hexdigest()[:8]}"
            self.home.memory["postgres folder"] = os.path.join(parent, name)
            self.home.save()
        os.makedirs(self.folder(), exist_ok=True)
        if user:
            os.chown(self.folder(), user.pw_uid, user.pw_gid)

    def make_cluster(self, user: pwd.struct_passwd | None) -> None:
        new = self.data + ".new"
        shutil.rmtree(new, ignore_errors=True)
        password_file = self.data + ".password"
        write(password_file, self.home.secret("postgres"))
        if user:
            os.chown(password_file, user.pw_uid, user.pw_gid)
        result = subprocess.run(
            [
                self.program("initdb"),
                *("--pgdata", new, "--username", USER, "--pwfile", password_file, "--auth", "scram-sha-256"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8"),
            ],
            capture_output=True,
            text=True,
            cwd=os.path.dirname(new),
            **({"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}),
        )
        os.unlink(password_file)
        if result.returncode != 0:
            raise Failure(f"initdb: {result.stderr.strip()}")
        os.rename(new, self.data)

    def problem(self) -> str | None:
        return self.sql("select 1").stderr.strip() or None

    def make_database(self) -> None:
        if self.sql(f"select 1 from pg_database where datname = '{DATABASE}'").stdout.strip() != "1":
            result = self.sql(f"create database {DATABASE}")
            if result.returncode != 0:
                raise Failure(f"create database: {result.stderr.strip()}")

    def client_settings(self, database: str) -> dict[str, str]:
        """Returns the environment of a client: every user of the machine can read a command line."""
        return {
            "PGHOST": "localhost",
            "PGPORT": str(self.home.port("postgres")),
            "PGUSER": USER,
            "PGPASSWORD": self.home.secret("postgres"),
            "PGDATABASE": database,
            "PGSSLMODE": "verify-full",
            "PGSSLROOTCERT": self.certificates.authority,
            "PGCONNECT_TIMEOUT": "5",
        }

    def shell(self) -> tuple[list[str], dict[str, str]]:
        """Returns the command of a shell on the database, and what it needs in its environment."""
        return [self.program("psql")], self.client_settings(DATABASE)

    def sql(self, statement: str, database: str = "postgres") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.program("psql"), "-X", "-A", "-t", "-c", statement],
            env={**os.environ, **self.client_settings(database)},
            capture_output=True,
            text=True,
        )

    def remove(self) -> None:
        shutil.rmtree(self.folder(), ignore_errors=True)


def reachable(folder: str, user: pwd.struct_passwd) -> bool:
    test = subprocess.run(
        ["test", "-x", folder], user=user.pw_uid, group=user.pw_gid, extra_groups=[], cwd="/", stderr=subprocess.DEVNULL
    )
    return test.returncode == 0


def has_room(folder: str) -> bool:
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= ROOM


def quote(path: str) -> str:
    return "".join(c if c.isalnum() or c in "/-_.~" else "".join(f"%{byte:02X}" for byte in c.encode()) for c in path)
