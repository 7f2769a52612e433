"""Pinned inputs into the downloads folder, in parallel and verified; may import what stands beside it.

The folder is content-addressed: `<downloads>/sha256/<hex>`. A file there is complete, since it arrives by
rename after its bytes are on disk, and it is hashed again before it is used.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from pipeline.errors import FetchError
from pipeline.fetch.pins import Answer, FetchReason, Missing, MissingInputs, Pin, Progress, ProgressCallback
from pipeline.fetch.stream import Limits, Refused, Session, patiently
from pipeline.fetch.transfer import transfer

_STALE_SECONDS = 24 * 3600


def download(
    pins: Iterable[Pin],
    downloads: Path,
    *,
    progress: ProgressCallback = lambda _: None,
    connections: int = 8,
    limits: Limits | None = None,
) -> dict[str, Path]:
    """Fetches what is not in `downloads` yet; returns sha256 → file for all pins.

    Every pin is tried before the failures are raised together as `MissingInputs`. `progress` is called from
    worker threads. Raises FetchError (`DISK`) at once when the folder cannot be written.
    """
    patience = limits or Limits()
    wanted = list({pin.sha256: pin for pin in pins}.values())
    folder = downloads / "sha256"
    _prepare(folder)
    found: dict[str, Path] = {}
    missing: list[Missing] = []
    with Session(connections) as session, ThreadPoolExecutor(connections) as pool:
        futures: dict[Future[Path | Missing], Pin] = {
            # Largest first, so that no long transfer is left alone at the end.
            pool.submit(_Fetch(session, pin, folder, progress, patience).run): pin
            for pin in sorted(wanted, key=lambda p: -p.size)
        }
        try:
            done, _ = wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        for future in done:
            result = future.result()
            if isinstance(result, Missing):
                missing.append(result)
            else:
                found[futures[future].sha256] = result
    if missing:
        raise MissingInputs(missing)
    return found


def cached(pin: Pin, downloads: Path) -> Path | None:
    """The pin's file if it is there and its bytes are right; a damaged one is removed. Raises FetchError (`DISK`)."""
    path = downloads / "sha256" / pin.sha256
    try:
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == pin.sha256:
                return path
        path.unlink(missing_ok=True)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _disk(path.parent, error) from error
    return None


def _prepare(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # What a killed fetch left behind; a younger file may belong to a fetch that runs now.
        for left in folder.glob(".*.part"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                    left.unlink()
    except OSError as error:
        raise _disk(folder, error) from error


@dataclass(frozen=True)
class _Fetch:
    """One pin on its way into the folder."""

    session: Session
    pin: Pin
    folder: Path
    progress: ProgressCallback
    limits: Limits

    def run(self) -> Path | Missing:
        present = cached(self.pin, self.folder.parent)
        if present is not None:
            self.progress(Progress(self.pin, self.pin.size, "cached"))
            return present
        answers: list[Answer] = []
        for place in self.pin.places:
            try:
                path = patiently(self.limits, partial(self._attempt, place))
            except Refused as refused:
                answers.append(Answer(place, refused.reason, refused.detail))
                continue
            self.progress(Progress(self.pin, self.pin.size, "done"))
            return path
        return Missing(self.pin, tuple(answers))

    def _attempt(self, place: str) -> Path:
        try:
            with tempfile.NamedTemporaryFile(
                dir=self.folder, prefix=f".{self.pin.sha256[:16]}.", suffix=".part", delete=False
            ) as part:
                try:
                    return self._take(place, cast(BinaryIO, part), Path(part.name))
                except BaseException:
                    Path(part.name).unlink(missing_ok=True)
                    raise
        except OSError as error:
            raise _disk(self.folder, error) from error

    def _take(self, place: str, part: BinaryIO, path: Path) -> Path:
        def count(done: int) -> None:
            self.progress(Progress(self.pin, done, "fetching"))

        transfer(self.session, place, self.pin, part, limits=self.limits, progress=count)
        part.flush()
        os.fsync(part.fileno())
        path.chmod(0o444)
        return path.replace(self.folder / self.pin.sha256)


def _disk(folder: Path, error: OSError) -> FetchError:
    return FetchError(
        FetchReason.DISK,
        f"cannot keep downloads in {folder}: {error.strerror or error}",
        hint="make room or let me read and write there, or name another cache folder with SLIMEPYTHON_CACHE",
    )
