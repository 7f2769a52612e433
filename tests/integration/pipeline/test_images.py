"""Root file systems that Docker has copies of: `gc` frees them when the store's are gone, and nobody else's."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator

import docker
import pytest
from docker import DockerClient
from docker.models.containers import Container

from pipeline.sandbox.docker_image import LABEL, REPOSITORY
from pipeline.sandbox.minimal import TRIAL
from tests.integration.daemon import Daemon
from tests.integration.pipeline.workspace import Workspace

pytestmark = [
    pytest.mark.docker,
    pytest.mark.timeout(600),
    # The docker package does not close a socket that it could not connect.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def client(own_daemon: Daemon) -> Iterator[DockerClient]:
    """Of a daemon with no images, so that no other test's are freed."""
    found = docker.from_env()
    yield found
    found.close()


def add_image(client: DockerClient, name: str, *labels: str) -> None:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        content = name.encode() * 1000
        member = tarfile.TarInfo("file")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    client.api.import_image_from_data(data.getvalue(), repository=name, changes=[f"LABEL {text}" for text in labels])


def names(client: DockerClient) -> set[str]:
    tags = {tag for image in client.images.list() for tag in image.tags}
    return {tag for tag in tags if not tag.startswith(f"{REPOSITORY}:{TRIAL}")}


def test_images_go_with_their_root_file_systems(small: Workspace, client: DockerClient) -> None:
    small.add("lib", "echo x > $OUT/file")
    assert small.build("lib", "--engine", "docker").status == 0
    (ours,) = names(client)
    assert ours.startswith(f"{REPOSITORY}:")
    gone = "ab" * 32
    add_image(client, f"{REPOSITORY}:{gone}", f"{LABEL}={gone}")
    add_image(client, "others:1")
    add_image(client, "renamed:1", f"{LABEL}={gone}")
    kept = small.run("gc", "--max-size", "100G", "--json").summary
    assert (kept["status"], kept["images"]) == (0, 1), "of a root file system that the store never had"
    assert kept["image_bytes"] > 0
    assert names(client) == {ours, "others:1", "renamed:1"}
    ran = small.run("gc", "--max-size", "0")
    ran.says("1 Docker images of root file systems that are gone (", " freed")
    assert names(client) == {"others:1", "renamed:1"}
    assert small.build("lib", "--engine", "docker").status == 0, "imported anew"
    assert ours in names(client)


def test_an_image_that_a_container_uses_stays(small: Workspace, client: DockerClient) -> None:
    used = f"{REPOSITORY}:{'cd' * 32}"
    add_image(client, used, f"{LABEL}={'cd' * 32}")
    made: Container = client.containers.create(used, ["/file"])
    ran = small.run("gc", "--max-size", "0", "--json")
    assert (ran.status, ran.summary["images"]) == (0, 0)
    assert [event["images"] for event in ran.events if event["event"] == "images-in-use"] == [1]
    assert names(client) == {used}
    made.remove()
    assert small.run("gc", "--max-size", "0", "--json").summary["images"] == 1


def test_a_daemon_that_is_gone_does_not_stop_it(small: Workspace, own_daemon: Daemon) -> None:
    own_daemon.kill()
    ran = small.run("gc", "--max-size", "0")
    assert ran.status == 0
    ran.says("Docker images, if there are any, stay: the Docker daemon at ", "kept")
