"""A PostgreSQL server for the tests: the distribution's, on a loopback port, in a temporary folder; or the one APOGEE_TEST_POSTGRES names.

The server refuses to run as root, so it runs as the user `postgres` of the distribution's package where the tests do.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    return Path(found).parent if found else places[-1] if places else None


def _user() -> str | None:
    """The user to run it as: '' for ourselves, None where root has nobody to hand it to."""
    if os.geteuid() != 0:
        return ""
    try:
        return pwd.getpwnam("postgres").pw_name if shutil.which("setpriv") else None
    except KeyError:
        return None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server in which databases may be made."""
    named = os.environ.get("APOGEE_TEST_POSTGRES")
    if named:
        yield named
        return
    binaries, user = _binaries(), _user()
    if binaries is None or user is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql, or name a server in APOGEE_TEST_POSTGRES")
    folder = Path(tempfile.mkdtemp(prefix="apogee-postgres-"))
    became = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
    if user:
        shutil.chown(folder, user, user)
    password = secrets.token_hex(16)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def run(name: str, *words: str, given: str = "") -> None:
        subprocess.run([*became, str(binaries / name), *words], input=given, text=True, check=True, capture_output=True, cwd=folder)

    data = str(folder / "data")
    subprocess.run([*became, "sh", "-c", f"umask 077; cat > {folder}/password"], input=password, text=True, check=True, cwd=folder)
    run("initdb", "-D", data, "-U", "apogee", "-A", "scram-sha-256", f"--pwfile={folder}/password", "--no-sync")
    options = f"-c listen_addresses=127.0.0.1 -p {port} -c unix_socket_directories= -c fsync=off"
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql://apogee:{password}@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty ledger, once in each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    return fresh(request.getfixturevalue("postgresql"))


def fresh(server: str) -> str:
    """The URL of a new database of a server."""
    name = f"apogee_{secrets.token_hex(6)}"
    url = make_url(server).set(drivername="postgresql+pg8000")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
