"""A PostgreSQL server of one's own for tests: made in a temporary folder, on a port of its own, gone afterwards."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MISSING = (
    "PostgreSQL is needed for these tests and was not found (initdb, postgres, psql).\n"
    "    Debian, Ubuntu:  sudo apt-get install --no-install-recommends postgresql\n"
    "    macOS:           brew install postgresql"
)


def _program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parent.parent.name))
    program = str(found[-1]) if found else shutil.which(name)
    assert program, MISSING
    return str(Path(program).resolve())


class Server:
    """A running server. ``url`` makes a database, empty or a copy of the one named, and returns its address."""

    def __init__(self, port: int, folder: Path, start: list[str], as_user: dict[str, object]) -> None:
        self.port = port
        self._folder, self._start, self._as_user = folder, start, as_user
        self._databases = 0
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, like: str = "template1") -> str:
        self._databases += 1
        name = f"kho_{os.getpid()}_{self._databases}"
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def sql(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(f"postgresql://postgres@127.0.0.1:{self.port}/postgres", autocommit=True) as connection:
            connection.execute(statement.encode())

    def start(self) -> None:
        """Start, or start again after ``stop``."""
        log = (self._folder / "log").open("ab")
        self._process = subprocess.Popen(self._start, stdout=log, stderr=log, **self._as_user)  # type: ignore[call-overload]
        log.close()
        for _ in range(300):
            try:
                self.sql("SELECT 1")
                return
            except Exception:
                assert self._process.poll() is None, (self._folder / "log").read_text(encoding="utf-8", errors="replace")
                _wait()
        raise AssertionError((self._folder / "log").read_text(encoding="utf-8", errors="replace"))

    def stop(self) -> None:
        """Stop at once, as when the machine goes down: what was committed stays."""
        if self._process:
            self._process.send_signal(3)  # SIGQUIT: immediate shutdown
            self._process.wait(30)
            self._process = None


def _wait() -> None:
    import time

    time.sleep(0.05)


def _other_user(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it runs as the user whom its package made, or as nobody."""
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextmanager
def postgresql_server() -> Iterator[Server]:
    """Run a server with loopback access only; its data are in memory where the system has a folder for that."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="giaoviec-pg-", dir=memory if os.access(memory, os.W_OK) else None))
    server = None
    try:
        as_user = _other_user(folder)
        data = folder / "data"
        init = [_program("initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        done = subprocess.run(init, capture_output=True, cwd=folder, timeout=120, **as_user)  # type: ignore[call-overload]
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = (f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "max_connections=200")
        start = [_program("postgres"), "-D", str(data), *(part for setting in settings for part in ("-c", setting))]
        server = Server(port, folder, start, {**as_user, "cwd": folder})
        server.start()
        yield server
    finally:
        if server:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
