"""Bad input 24: builds that need the network, write where they may not, leave daemons, or want too much."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from pipeline.sandbox.protocol import Engine, Mount, Sandbox, SandboxLimits
from tests.integration.sandbox.conftest import Runs, text

Limited = Callable[..., SandboxLimits]


def sleepers(seconds: str) -> list[int]:
    """The processes on this machine that were told to sleep so long; all sandboxes' processes can be seen here."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if process.info["cmdline"] and process.info["cmdline"][-2:] == ["sleep", seconds]:
            found.append(process.pid)
    return found


def gone(seconds: str) -> bool:
    end = time.monotonic() + 10
    while sleepers(seconds) and time.monotonic() < end:
        time.sleep(0.1)
    return not sleepers(seconds)


@pytest.fixture
def listener() -> Iterator[int]:
    """Somebody who answers on this machine's loopback; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                connection.close()

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


def test_24_there_is_no_network(run: Runs, listener: int) -> None:
    with socket.create_connection(("127.0.0.1", listener), timeout=5):
        pass
    script = f"""
        while read -r name rest; do case $name in *:) echo $name;; esac; done < /proc/net/dev
        while read -r line; do echo "route $line"; done < /proc/net/route
        read -r first < /proc/net/tcp; echo "$first"
        {{ read -r first; read -r second && echo "listening: $second"; }} < /proc/net/tcp || echo nobody listens
        echo port {listener}
    """
    outcome = run(script)
    interfaces = [line for line in text(outcome).splitlines() if line.endswith(":")]
    assert interfaces == ["lo:"]
    assert "nobody listens" in text(outcome)
    assert len([line for line in text(outcome).splitlines() if line.startswith("route ")]) <= 1


@pytest.mark.parametrize(
    "place", ["/file", "/usr/file", "/native/zlib/file", "/dev/file", "/out2", "/proc/sys/kernel/x"]
)
def test_24_writing_outside_the_outputs_fails(run: Runs, sandbox: Sandbox, tmp_path: Path, place: str) -> None:
    (tmp_path / "dependency").mkdir()
    mounts = (*sandbox.mounts, Mount(tmp_path / "dependency", "/native/zlib"))
    outcome = run(f"echo x > {place} && echo written", mounts=mounts)
    assert outcome.status not in (0, None)
    assert "written" not in text(outcome)
    assert not list((tmp_path / "dependency").iterdir())
    assert not (sandbox.rootfs / "usr" / "file").exists()


def test_24_read_only_inputs_stay_so_for_their_owner(run: Runs, sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "input").mkdir()
    (tmp_path / "input" / "file").write_text("input")
    (tmp_path / "input").chmod(0o777)
    (tmp_path / "input" / "file").chmod(0o666)
    mounts = (*sandbox.mounts, Mount(tmp_path / "input", "/input"))
    run("chmod 777 /input || true; rm /input/file || true; echo x > /input/file || true", mounts=mounts)
    assert (tmp_path / "input" / "file").read_text() == "input"


@pytest.mark.parametrize("how", ["sleep 7301 &", "nohup sleep 7301 >/dev/null 2>&1 </dev/null &", "(sleep 7301 &)"])
def test_24_a_daemon_does_not_outlive_the_build_nor_delay_its_end(run: Runs, how: str) -> None:
    assert sleepers("7301") == []
    outcome = run(f"{how}\necho done")
    assert outcome.ok
    assert outcome.seconds < 10
    assert text(outcome) == "done\n"
    assert sleepers("7301") == []


def test_24_filling_the_disk_stops_the_build(run: Runs, tmp_path: Path) -> None:
    outcome = run("dd if=/dev/zero of=/out/big bs=1M count=400 2>/dev/null; sleep 600")
    assert (outcome.status, outcome.ended) == (None, "disk")
    assert outcome.seconds < 300, "the build was stopped, not waited for"
    assert "0.05 GiB" in outcome.explain()


def test_24_a_full_disk_is_noticed_even_if_the_build_has_ended(run: Runs) -> None:
    assert run("dd if=/dev/zero of=/out/big bs=1M count=60 2>/dev/null").ended == "disk"


def test_24_running_past_the_limit_stops_the_build(run: Runs, limited: Limited) -> None:
    outcome = run("echo begun; sleep 7302", limits=limited(seconds=1))
    assert (outcome.status, outcome.ended) == (None, "timeout")
    assert outcome.seconds < 5.5, "SIGTERM was enough"
    assert text(outcome) == "begun\n"
    assert sleepers("7302") == []


def test_24_not_listening_to_sigterm_does_not_help(run: Runs, limited: Limited) -> None:
    outcome = run("trap '' TERM; sleep 7303 & while :; do sleep 7303 || :; done", limits=limited(seconds=1))
    assert outcome.ended == "timeout"
    assert outcome.seconds < 12
    assert sleepers("7303") == []


def test_24_running_out_of_memory_stops_the_build(run: Runs) -> None:
    # tail keeps the last line, and /dev/zero has no other.
    outcome = run("sleep 1; tail /dev/zero; echo survived; exit 1")
    assert (outcome.status, outcome.ended) == (None, "memory")
    assert "0.20 GiB" in outcome.explain()


def test_24_a_gigabyte_of_output_stops_the_build(run: Runs) -> None:
    outcome = run("echo first; yes 'a line of the gigabyte' | head -c 1073741824; echo last")
    assert (outcome.status, outcome.ended) == (None, "log")
    data = outcome.log.read_bytes()
    assert data.startswith(b"first\n")
    assert b"limit of 1048576 bytes was passed" in data
    assert len(data) < (1 << 20) + (66 << 10)


def test_24_invalid_utf_8_does_no_harm(run: Runs) -> None:
    outcome = run("printf 'caf\\351 \\000 \\377\\376\\n'; head -c 1000 /dev/urandom; printf '\\303'")
    assert outcome.ok
    assert text(outcome).startswith("caf� \0 ��\n")


def test_24_deep_folders_and_odd_names_can_be_removed_and_measured(run: Runs, tmp_path: Path) -> None:
    outcome = run("for i in $(ls -R /usr | head -n 200); do mkdir deep; cd deep; done; touch 'new\nline' x; chmod 0 .")
    assert outcome.ok, text(outcome)


def test_24_forking_until_the_time_is_over_leaves_nothing(run: Runs, limited: Limited) -> None:
    outcome = run("while :; do sleep 7304 & sleep 0.02; done", limits=limited(seconds=2))
    assert outcome.ended in ("timeout", "memory")
    assert gone("7304")


def test_24_no_privilege_is_to_be_had(run: Runs) -> None:
    outcome = run(
        "while read -r name value; do case $name in Cap*|NoNewPrivs:) echo $name $value;; esac; done"
        " < /proc/self/status"
    )
    names = dict(line.split() for line in text(outcome).splitlines())
    assert names.pop("NoNewPrivs:") == "1"
    assert names.keys() == {"CapInh:", "CapPrm:", "CapEff:", "CapBnd:", "CapAmb:"}
    assert {int(value, 16) for value in names.values()} == {0}


def test_24_cancelling_from_the_start_ends_it_at_once(engine: Engine, sandbox: Sandbox, tmp_path: Path) -> None:
    cancel = threading.Event()
    cancel.set()
    changed = replace(sandbox, command=("/bin/sh", "-c", "sleep 7305"))
    outcome = engine.run(changed, log=tmp_path / "log", cancel=cancel)
    assert outcome.ended == "interrupted"
    assert gone("7305")
