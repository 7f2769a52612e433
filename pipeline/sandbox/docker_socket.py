"""Connections to the daemon's socket that are closed when nobody listens; imports docker.

The docker package leaves a socket open that it could not connect, until the failure is forgotten. A builder whose
daemon has died asks it again and again.
"""

from __future__ import annotations

import socket
from typing import Any

from docker import DockerClient
from docker.transport import UnixHTTPAdapter
from docker.transport.unixconn import UnixHTTPConnection, UnixHTTPConnectionPool

_URL = "http+docker://"
"""What the package mounts the daemon's socket at."""


class _Connection(UnixHTTPConnection):
    def connect(self) -> None:
        made = socket.socket(socket.AF_UNIX)
        try:
            made.settimeout(self.timeout)
            made.connect(self.unix_socket)
        except BaseException:
            made.close()
            raise
        self.sock = made


class _Pool(UnixHTTPConnectionPool):
    seconds: int

    def _new_conn(self) -> Any:
        return _Connection(self.base_url, self.socket_path, self.seconds)


class _Adapter(UnixHTTPAdapter):
    def get_connection(self, url: bytes | str, proxies: object = None) -> UnixHTTPConnectionPool:
        del proxies  # there are none for a socket
        name = url.decode() if isinstance(url, bytes) else url
        with self.pools.lock:
            pool = self.pools.get(name)
            if pool is None:
                pool = self.pools[name] = _Pool(name, self.socket_path, self.timeout, maxsize=self.max_pool_size)
                pool.seconds = self.timeout
        return pool


def close_what_fails(client: DockerClient) -> None:
    """Have a client close each socket that it cannot connect."""
    usual = client.api.adapters.get(_URL)
    if isinstance(usual, UnixHTTPAdapter):  # otherwise the daemon is reached over TCP or SSH
        usual.close()
        client.api.mount(_URL, _Adapter(usual.socket_path, usual.timeout, max_pool_size=usual.max_pool_size))
