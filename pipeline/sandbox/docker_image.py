"""Root file systems as Docker images, and who works in them; may import the sandbox's protocol and minimal root."""

from __future__ import annotations

import os
import stat
import tarfile
import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from docker import DockerClient
from docker.errors import APIError, ImageNotFound

from pipeline.sandbox.minimal import TRIAL
from pipeline.sandbox.protocol import GID, UID, Mount, Sandbox
from pipeline.store.files import EPOCH, boot

REPOSITORY = "slimepython-rootfs"
LABEL = "org.slimepython.rootfs"
BOOT = "org.slimepython.boot"

_PIECE = 1 << 20

_importing = threading.Lock()
_imported: set[str | None] = set()
"""Ids of the images that this process has imported."""


def image_name(rootfs_digest: str) -> str:
    """The image's name: its tag is the hash of the root's tree."""
    return f"{REPOSITORY}:{rootfs_digest.partition('/')[0]}"


def ensure_image(client: DockerClient, sandbox: Sandbox) -> str:
    """The name of the image of the sandbox's root, imported if the daemon does not have it.

    A tag is set after the whole import, so an image that is there is whole, but for what a power cut may have taken:
    nobody hashes what the daemon keeps, so one from before this machine was last started is imported anew. Raises
    docker's and requests' errors.
    """
    name = image_name(sandbox.rootfs_digest)
    with _importing:
        if not _is_there(client, name):
            # The tag within the name: Podman overlooks one that is given apart.
            labels = [f"LABEL {LABEL}={name.rpartition(':')[2]}", f"LABEL {BOOT}={boot()}"]
            client.api.import_image_from_stream(tar_of(sandbox.rootfs), repository=name, changes=labels)
            _imported.add(client.images.get(name).id)
    return name


def _is_there(client: DockerClient, name: str) -> bool:
    """Whether the image is there, imported since this machine was started; an older one is removed.

    It has to be gone before it is imported anew: of layers with the same digest the daemon keeps the one it has.
    """
    try:
        image = client.images.get(name)
        if image.id in _imported or (boot() and image.labels.get(BOOT) == boot()):
            return True
        # By its id: another builder may have imported its own meanwhile.
        client.images.remove(image.id or name, force=True)
    except ImageNotFound:
        return False
    return False


@dataclass(frozen=True)
class RemovedImages:
    """What was removed: the hashes of the root file systems, the bytes that it freed; and how many are in use."""

    hashes: tuple[str, ...] = ()
    freed_bytes: int = 0
    in_use: int = 0


def remove_images(client: DockerClient, keep: Collection[str]) -> RemovedImages:
    """Remove the images of roots whose digests' hashes are not to be kept, but those that a container uses.

    Only what carries this builder's label and no name of anybody else's is removed; that of trials, with a file of
    200 bytes, stays.
    """
    hashes, freed, in_use = [], 0, 0
    for image in client.images.list(filters={"label": LABEL}):
        ours = [tag for tag in image.tags if _repository(tag) == REPOSITORY]
        root = image.labels[LABEL]
        if root in keep or root.startswith(TRIAL) or len(ours) < len(image.tags):
            continue
        try:
            for name in ours or [str(image.id)]:  # one whose name a later import has taken has none
                client.images.remove(name)
        except ImageNotFound:
            continue  # somebody else removes it, too
        except APIError as error:
            if error.status_code != HTTPStatus.CONFLICT:
                raise
            in_use += 1
        else:
            hashes.append(root)
            freed += int(image.attrs.get("Size", 0))
    return RemovedImages(tuple(hashes), freed, in_use)


def _repository(tag: str) -> str:
    """`localhost/name:tag`, as Podman says it, or `name:tag` → `name`."""
    return tag.rpartition(":")[0].rpartition("/")[2]


def tar_of(rootfs: Path) -> Iterator[bytes]:
    """The root as a tar stream (GNU's format): sorted, owned by uid and gid 0, with constant times.

    Written piece by piece: `tarfile` would hold each file whole, and libraries of a hundred megabytes are usual.
    """
    for path in sorted(rootfs.rglob("*")):
        found = path.lstat()
        member = tarfile.TarInfo(str(path.relative_to(rootfs)))
        member.mode = stat.S_IMODE(found.st_mode)
        member.mtime = EPOCH
        if stat.S_ISLNK(found.st_mode):
            member.type, member.linkname = tarfile.SYMTYPE, str(path.readlink())
        elif stat.S_ISDIR(found.st_mode):
            member.type = tarfile.DIRTYPE
            if member.name == "tmp":
                # runc gives a memory file system the mode of the folder that it covers, whatever mode was asked for.
                member.mode = 0o1777
        else:  # hard links between equal files are the store's affair, not the root's
            member.size = found.st_size
        yield member.tobuf(tarfile.GNU_FORMAT)
        if member.isreg():
            yield from _content(path, member.size)
    yield bytes(2 * tarfile.BLOCKSIZE)


def _content(path: Path, size: int) -> Iterator[bytes]:
    """A member's bytes, padded to whole blocks."""
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece
    yield bytes(-size % tarfile.BLOCKSIZE)


def user_for(security_options: Collection[str]) -> str:
    """The user inside.

    A daemon without root maps its own user to 0. Otherwise it is 1000, as everywhere, if the builder can give files
    to 1000 or is it; else the builder's own number, since nobody else could write to its folders. Owners are no
    part of a tree, so none of this shows in what is built.
    """
    if any("rootless" in option for option in security_options):
        return "0:0"
    if os.geteuid() in (0, UID):
        return f"{UID}:{GID}"
    return f"{os.geteuid()}:{os.getegid()}"


def give_away(mounts: Collection[Mount], user: str) -> None:
    """Let the user inside write to what is mounted `rw`."""
    uid, gid = (int(number) for number in user.split(":"))
    for mount in mounts:
        if mount.mode == "rw":
            if mount.source.is_dir():
                change_owner(mount.source, uid, gid)
            else:
                mode = stat.S_IMODE(mount.source.stat().st_mode)
                if mode & 0o666 != 0o666:
                    mount.source.chmod(mode | 0o666)


def take_back(mounts: Collection[Mount]) -> None:
    """Make the builder the owner again of what was made inside."""
    for mount in mounts:
        if mount.mode == "rw" and mount.source.is_dir():
            change_owner(mount.source, os.geteuid(), os.getegid())


def change_owner(folder: Path, uid: int, gid: int) -> None:
    """Change the owner of a folder and of all in it, following no link; only root can, others' files are theirs."""
    if os.geteuid() != 0:
        return
    for top, folders, files in os.walk(folder):
        for name in (".", *folders, *files):
            os.lchown(f"{top}/{name}", uid, gid)
