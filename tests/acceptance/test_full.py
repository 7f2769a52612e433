"""Full as its users use it: TLS, databases, ctypes, environments, processes, on every target that has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.probe.version import SCRIPTS as PROBES
from tests.acceptance.programs import ARM, WASM, X86, Program, Programs

NATIVE = pytest.mark.parametrize("target", [X86, ARM], ids=["x86_64", "aarch64"])
EVERYWHERE = pytest.mark.parametrize("target", [X86, ARM, WASM], ids=["x86_64", "aarch64", "wasm"])


def _python(program: Program, code: str) -> str:
    ran = program.run("-c", code)
    assert ran.status == 0, ran.err.decode()
    return ran.out.decode()


@NATIVE
def test_a_tls_handshake_on_loopback(programs: Programs, target: str) -> None:
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
    assert _python(programs("cpython", target), code) == "TLSv1.3 olleh\n"


@NATIVE
def test_a_stranger_s_certificate_is_refused(programs: Programs, target: str) -> None:
    code = f"""
import ssl
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.load_cert_chain({str(PROBES / "localhost.pem")!r}, {str(PROBES / "localhost-key.pem")!r})
def shake(client, name):
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = client.wrap_bio(down, up, server_hostname=name), server.wrap_bio(up, down, server_side=True)
    for _ in range(9):
        for side in sides:
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLCertVerificationError as error:
                return error.verify_message
    return "accepted"
trusting = ssl.create_default_context(cafile={str(PROBES / "localhost.pem")!r})
print(shake(trusting, "localhost"), shake(trusting, "example.org"), shake(ssl.create_default_context(), "localhost"),
      sep="; ")
"""
    said = _python(programs("cpython", target), code)
    assert said == (
        "accepted; Hostname mismatch, certificate is not valid for 'example.org'.; self-signed certificate\n"
    )


@EVERYWHERE
def test_sqlite_has_full_text_search_json_and_mathematics(programs: Programs, target: str) -> None:
    code = """
import sqlite3
db = sqlite3.connect(":memory:")
db.execute("create virtual table t using fts5(body)")
db.executemany("insert into t values (?)", [("the quick fox",), ("a lazy dog",)])
print(db.execute("select body from t where t match 'lazy'").fetchall())
print(db.execute("select json_extract('{\\"a\\": [1, 2]}', '$.a[1]'), round(ln(exp(2)), 6)").fetchone())
"""
    assert _python(programs("cpython", target), code) == "[('a lazy dog',)]\n(2, 2.0)\n"


@EVERYWHERE
def test_a_database_in_a_file_survives_its_process(programs: Programs, target: str, tmp_path: Path) -> None:
    program = programs("cpython", target).copied(tmp_path / "python")
    path = "/data.db" if target == WASM else str(tmp_path / "data.db")
    write = f"""
import sqlite3
with sqlite3.connect({path!r}) as db:
    db.execute("create table t (n integer, s text)")
    db.executemany("insert into t values (?, ?)", [(n, "ü" * n) for n in range(1000)])
"""
    assert _python(program, write) == ""
    read = (
        f"import sqlite3; print(sqlite3.connect({path!r}).execute('select count(*), max(length(s)) from t').fetchone())"
    )
    assert _python(program, read) == "(1000, 999)\n"


@NATIVE
def test_ctypes_reaches_the_c_library_and_the_interpreter_itself(programs: Programs, target: str) -> None:
    code = """
import ctypes
print(ctypes.CDLL(None).strlen(b"slime"), ctypes.pythonapi.Py_IsInitialized())
callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
values = (ctypes.c_int * 4)(3, 1, 4, 1)
ctypes.CDLL(None).qsort(values, 4, 4, callback(lambda a, b: a[0] - b[0]))
print(list(values))
"""
    assert _python(programs("cpython", target), code) == "5 1\n[1, 1, 3, 4]\n"


@EVERYWHERE
def test_nothing_of_the_build_machine_is_in_sysconfig(programs: Programs, target: str) -> None:
    code = "import sysconfig, json; print(json.dumps(sysconfig.get_config_vars(), default=str))"
    text = _python(programs("cpython", target), code)
    for path in ("/build/", "/out/", "/deps", "/recipe", "/sysroot"):
        assert path not in text


@EVERYWHERE
def test_its_hashes_are_hacl_and_whole(programs: Programs, target: str) -> None:
    code = "import _sha2, _sha3, _blake2, _md5, _sha1, _hmac, hashlib; print(hashlib.sha3_256(b'').hexdigest()[:16])"
    assert _python(programs("cpython", target), code) == "a7ffc6f8bf1ed766\n"


@NATIVE
def test_it_starts_processes_and_talks_to_them(programs: Programs, target: str, tmp_path: Path) -> None:
    script = tmp_path / "pool.py"
    script.write_text("""
import asyncio, concurrent.futures, multiprocessing, sys
def square(n):
    return n * n
async def echo():
    made = [sys.executable, "-c", "print(input()[::-1])"]
    child = await asyncio.create_subprocess_exec(*made, stdin=-1, stdout=-1)
    return (await child.communicate(b"abc"))[0]
if __name__ == "__main__":
    for method in ("spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
            print(method, list(pool.map(square, range(4))))
    print(asyncio.run(echo()))
""")
    # Under qemu-user `sys.executable` has to be something that this machine can start.
    ran = programs("cpython", target).copied(tmp_path / "python").run(str(script))
    assert ran.out == b"spawn [0, 1, 4, 9]\nforkserver [0, 1, 4, 9]\nb'cba\\n'\n", ran.err.decode()
