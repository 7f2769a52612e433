"""Full on x86_64, as its users use it: TLS, databases, ctypes, environments, third-party extensions."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from pipeline.probe.version import SCRIPTS as PROBES
from tests.acceptance.conftest import X86, Programs
from tests.acceptance.programs import Program

PACKAGE = "markupsafe==3.0.3"


@pytest.fixture(scope="module")
def full(programs: Programs) -> Program:
    return programs("cpython", X86)


def _python(full: Program, code: str) -> str:
    ran = full.run("-c", code)
    assert ran.status == 0, ran.err.decode()
    return ran.out.decode()


def test_a_tls_handshake_on_loopback(full: Program) -> None:
    code = f"""
import socket, ssl, threading
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.load_cert_chain({str(PROBES / "localhost.pem")!r}, {str(PROBES / "localhost-key.pem")!r})
client = ssl.create_default_context(cafile={str(PROBES / "localhost.pem")!r})
listener = socket.create_server(("127.0.0.1", 0))
def serve():
    connection, _ = listener.accept()
    with server.wrap_socket(connection, server_side=True) as secure:
        secure.sendall(secure.recv(100)[::-1])
thread = threading.Thread(target=serve)
thread.start()
with client.wrap_socket(socket.create_connection(listener.getsockname()), server_hostname="localhost") as secure:
    secure.sendall(b"hello")
    print(secure.version(), secure.recv(100).decode())
thread.join()
listener.close()
"""
    assert _python(full, code) == "TLSv1.3 olleh\n"


def test_sqlite_has_full_text_search_json_and_mathematics(full: Program) -> None:
    code = """
import sqlite3
db = sqlite3.connect(":memory:")
db.execute("create virtual table t using fts5(body)")
db.executemany("insert into t values (?)", [("the quick fox",), ("a lazy dog",)])
print(db.execute("select body from t where t match 'lazy'").fetchall())
print(db.execute("select json_extract('{\\"a\\": [1, 2]}', '$.a[1]'), round(ln(exp(2)), 6)").fetchone())
"""
    assert _python(full, code) == "[('a lazy dog',)]\n(2, 2.0)\n"


def test_ctypes_reaches_the_c_library_and_the_interpreter_itself(full: Program) -> None:
    code = """
import ctypes
print(ctypes.CDLL(None).strlen(b"slime"), ctypes.pythonapi.Py_IsInitialized())
callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
values = (ctypes.c_int * 4)(3, 1, 4, 1)
ctypes.CDLL(None).qsort(values, 4, 4, callback(lambda a, b: a[0] - b[0]))
print(list(values))
"""
    assert _python(full, code) == "5 1\n[1, 1, 3, 4]\n"


def test_an_environment_with_pip_and_a_wheel_that_holds_a_c_extension(full: Program, tmp_path: Path) -> None:
    assert full.run("-m", "venv", str(tmp_path / "env")).status == 0
    python = tmp_path / "env" / "bin" / "python"
    # pip's own configuration of this machine says where wheels come from.
    install = [str(python), "-m", "pip", "install", "--quiet", "--only-binary=:all:", PACKAGE]
    subprocess.run(install, check=True, capture_output=True, timeout=300)
    code = "import markupsafe, markupsafe._speedups as s; print(markupsafe.escape('<a>'), s.__file__)"
    done = subprocess.run([str(python), "-c", code], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("&lt;a&gt; ")
    assert done.stdout.strip().endswith(".so")


def test_nothing_of_the_build_machine_is_in_sysconfig(full: Program) -> None:
    text = _python(full, "import sysconfig, json; print(json.dumps(sysconfig.get_config_vars(), default=str))")
    for path in ("/build/", "/out/", "/deps", "/recipe", "/sysroot"):
        assert path not in text


def test_it_is_a_pie_whose_hashes_are_hacl(full: Program) -> None:
    code = "import _sha2, _sha3, _blake2, _md5, _sha1, _hmac, hashlib; print(hashlib.sha3_256(b'').hexdigest()[:16])"
    assert _python(full, code) == "a7ffc6f8bf1ed766\n"
