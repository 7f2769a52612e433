"""A small program that removes one container when its builder is gone; may import the standard library and docker.

Started beside each container as `python -I docker_guard.py NAME` with a pipe as standard input. The builder writes
one byte when it has removed the container itself; the end of the pipe without it means that the builder was killed.
"""

from __future__ import annotations

import os
import signal
import sys
import time

_TRIES = 30
_PAUSE_SECONDS = 2.0


def main(name: str) -> int:
    """Wait for the builder; 0 if the container is gone."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    if os.read(0, 1):
        return 0
    # Only now: in the good case the guard costs next to nothing.
    import docker
    from docker.errors import DockerException, NotFound
    from requests.exceptions import RequestException

    for _ in range(_TRIES):
        try:
            client = docker.from_env()
            client.containers.get(name).remove(force=True, v=True)
            return 0
        except NotFound:
            return 0
        except (DockerException, RequestException):
            # The daemon may be restarting, or the container only just being made.
            time.sleep(_PAUSE_SECONDS)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
