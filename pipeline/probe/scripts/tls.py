"""A TLS handshake on loopback with a certificate of our own, verified, and the same in memory."""

import os
import sys

from common import expect, run_checks

HERE = os.path.dirname(os.path.abspath(sys.argv[0]))
CERTIFICATE = os.path.join(HERE, "localhost.pem")
KEY = os.path.join(HERE, "localhost-key.pem")


def contexts():
    import ssl

    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(CERTIFICATE, KEY)
    client = ssl.create_default_context(cafile=CERTIFICATE)
    return server, client


def library():
    import ssl

    return {"version": ssl.OPENSSL_VERSION, "alpn": ssl.HAS_ALPN, "tls1_3": ssl.HAS_TLSv1_3}


def memory():
    import ssl

    server, client = contexts()
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    a = client.wrap_bio(to_client, to_server, server_hostname="localhost")
    b = server.wrap_bio(to_server, to_client, server_side=True)
    waiting = [a, b]
    for _ in range(20):
        for side in list(waiting):
            try:
                side.do_handshake()
                waiting.remove(side)
            except ssl.SSLWantReadError:
                pass
        if not waiting:
            break
    expect(waiting, [])
    a.write(b"ping")
    expect(b.read(4), b"ping")
    return {"version": a.version(), "cipher": a.cipher()[0]}


def loopback():
    import socket
    import threading

    server, client = contexts()
    got = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve():
            connection, _ = listener.accept()
            with connection, server.wrap_socket(connection, server_side=True) as tls:
                got.append(tls.recv(100))
                tls.sendall(b"pong" * 5000)

        thread = threading.Thread(target=serve)
        thread.start()
        with socket.create_connection(listener.getsockname(), timeout=60) as plain:
            with client.wrap_socket(plain, server_hostname="localhost") as tls:
                tls.sendall(b"ping")
                answer = b""
                while len(answer) < 20000:
                    part = tls.recv(65536)
                    if not part:
                        break
                    answer += part
                version = tls.version()
        thread.join(60)
    expect(got, [b"ping"])
    expect(answer, b"pong" * 5000)
    return version


def refusal():
    """A certificate for another name, or one that nothing vouches for, must be refused."""
    import ssl

    server, client = contexts()
    for context, name in ((client, "example.org"), (ssl.create_default_context(), "localhost")):
        to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
        a = context.wrap_bio(to_client, to_server, server_hostname=name)
        b = server.wrap_bio(to_server, to_client, server_side=True)
        try:
            for _ in range(20):
                for side in (a, b):
                    try:
                        side.do_handshake()
                    except ssl.SSLWantReadError:
                        pass
        except ssl.SSLCertVerificationError:
            continue
        raise AssertionError(f"a certificate for localhost was taken for {name}")


run_checks([library, memory, loopback, refusal])
