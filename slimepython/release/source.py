"""Where a release comes from, a folder or a web server, and how its files are had; imports the package's errors.

What a manifest names is copied into a file of the caller's, never more of it than the manifest says, and hashed on
the way. A URL is https, or http on this very machine; the rules for redirects are in `slimepython.release.http`.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from slimepython.errors import FetchError, Reason, UsageError
from slimepython.release.document import MAX_BYTES
from slimepython.release.model import FILE_NAME, FileReference, Manifest, load_manifest

SOURCE_VARIABLE: Final = "SLIMEPYTHON_RELEASE"
_CHUNK: Final = 1 << 20


class FetchReason(Reason):
    """Why a file of a release cannot be had."""

    NO_SOURCE = "no-source"
    BAD_URL = "bad-url"
    NOT_FOUND = "not-found"
    UNREADABLE = "unreadable"
    TOO_LONG = "too-long"
    TOO_SHORT = "too-short"
    DIGEST_MISMATCH = "digest-mismatch"
    HTTP_STATUS = "http-status"
    BAD_REDIRECT = "bad-redirect"
    BAD_RANGE = "bad-range"
    STALLED = "stalled"
    NETWORK = "network"


class Sink:
    """Takes a file's bytes, at most `limit` of them, hashing what it writes."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self.limit = limit
        self.size = 0
        self._file = file
        self._hash = hashlib.sha256()

    @property
    def left(self) -> int:
        """How many bytes more there may be."""
        return self.limit - self.size

    def write(self, data: bytes) -> None:
        """Append; the caller reads no more than `left`."""
        assert len(data) <= self.left
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)

    def restart(self) -> None:
        """Forget what has come: the server starts from the beginning again."""
        self._file.seek(0)
        self._file.truncate()
        self._hash = hashlib.sha256()
        self.size = 0

    def digest(self) -> str:
        """The sha256 (hex) of what was written."""
        return self._hash.hexdigest()


class Transport(Protocol):
    """Reads files by their path below a release's folder."""

    def describe(self, path: str) -> str:
        """Where the file is, for messages."""

    def read(self, path: str, sink: Sink, *, exact: bool) -> None:
        """Write the file into `sink`; with `exact` its length is `sink.limit`. Raises `FetchError`."""


class FolderTransport:
    """A release in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def describe(self, path: str) -> str:
        """See `Transport.describe`."""
        return str(self._folder / path)

    def read(self, path: str, sink: Sink, *, exact: bool) -> None:
        """See `Transport.read`."""
        where = self.describe(path)
        try:
            with (self._folder / path).open("rb") as file:
                length = os.fstat(file.fileno()).st_size
                check_length(where, length, sink.limit, exact=exact)
                while sink.left and (data := file.read(min(_CHUNK, sink.left))):
                    sink.write(data)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise not_found(where) from error
        except OSError as error:
            # A disk that is full is the sink's failure and told by whoever opened it.
            if error.filename is None:
                raise
            raise FetchError(FetchReason.UNREADABLE, f"{where}: {error.strerror}") from error


class Source:
    """A release: its manifest and the files that it names."""

    def __init__(self, name: str, transport: Transport) -> None:
        self.name = name
        self._transport = transport

    def manifest(self) -> Manifest:
        """Fetch and read the manifest. Raises `FetchError`, `ManifestError`."""
        return load_manifest(self.read_small(FILE_NAME, MAX_BYTES), self._transport.describe(FILE_NAME))

    def read_small(self, path: str, limit: int) -> bytes:
        """A file of at most `limit` bytes whose digest nobody states. Raises `FetchError`."""
        buffer = io.BytesIO()
        self._transport.read(path, Sink(buffer, limit), exact=False)
        return buffer.getvalue()

    def fetch(self, reference: FileReference, into: BinaryIO) -> None:
        """Write exactly the referenced file into `into`. Raises `FetchError`: a reason for each fault."""
        where = self._transport.describe(reference.path)
        sink = Sink(into, reference.size)
        self._transport.read(reference.path, sink, exact=True)
        if sink.left:
            check_length(where, sink.size, sink.limit, exact=True)
        if sink.digest() != reference.sha256:
            raise FetchError(
                FetchReason.DIGEST_MISMATCH,
                f"{where}: its sha256 is {sink.digest()}, and the manifest says {reference.sha256}",
                hint="the file is damaged, or not of this release: fetch it elsewhere, or compare the manifest",
            )


def open_source(text: str) -> Source:
    """The release at a folder or URL. Raises `FetchError` for an address that is not allowed."""
    if "://" not in text:
        return Source(text, FolderTransport(Path(text)))
    from slimepython.release.http import HttpTransport  # the network's libraries are slow to import

    return Source(text, HttpTransport(text))


def default_source(environ: Mapping[str, str], folder: Path) -> str:
    """Where to install from when nobody says: $SLIMEPYTHON_RELEASE, else `artifacts` in `folder` if a release is there.

    Raises `UsageError`.
    """
    if named := environ.get(SOURCE_VARIABLE):
        return named
    if (folder / "artifacts" / FILE_NAME).is_file():
        return str(folder / "artifacts")
    raise UsageError(
        FetchReason.NO_SOURCE,
        f"no release to install from: ${SOURCE_VARIABLE} is not set, and ./artifacts has no {FILE_NAME}",
        hint="slimepython install --from FOLDER-OR-URL",
    )


def check_length(where: str, length: int, limit: int, *, exact: bool) -> None:
    """Refuse a file that is longer than `limit`, or with `exact` shorter."""
    hint = "the file is damaged, or not of this release: fetch it elsewhere, or compare the manifest"
    if length > limit:
        raise FetchError(FetchReason.TOO_LONG, f"{where}: {length} bytes, more than {limit}", hint=hint)
    if exact and length < limit:
        raise FetchError(FetchReason.TOO_SHORT, f"{where}: {length} bytes, not {limit}", hint=hint)


def not_found(where: str) -> FetchError:
    """The error for a file that is not there; the caller raises it."""
    return FetchError(
        FetchReason.NOT_FOUND,
        f"{where}: there is no such file",
        hint="check the address given with --from; it is the one of the folder that holds manifest.json",
    )
