"""What is done on a disk that is small or cannot be written to: `python -m … full|read-only FOLDER`, in a sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from slimepython.errors import InstallError
from slimepython.install import ready
from slimepython.install.home import HomeReason
from slimepython.install.verify import verify
from slimepython.release.source import open_source
from tests.unit.slimepython import forge
from tests.unit.slimepython.places import Place, make_place, snapshot


def full(folder: Path) -> None:
    """Install with ever more blocks free: each time all of it, or nothing and the reason."""
    place = make_place(folder)
    source = place.release((forge.archive(), forge.artifact()))
    before = snapshot(place.home.installs)
    for blocks in range(100):
        filler, status = folder / "filler", os.statvfs(folder)
        filler.write_bytes(bytes((status.f_bavail - blocks) * status.f_frsize))
        reason = None
        try:
            place.install(source)
        except InstallError as error:
            reason = error.reason
        place.check_clean()
        if reason is None:
            print(f"refused {blocks} times")
            return
        assert reason == HomeReason.NO_SPACE
        assert snapshot(place.home.installs) == before
        filler.unlink()
        assert os.statvfs(folder).f_bavail == status.f_bavail, "all space is given back"


def read_only(folder: Path) -> None:
    """Nothing is installed; what is there can be looked at and run."""
    place = Place(folder)
    assert place.refuse(open_source(str(folder / "release"))) == HomeReason.NOT_WRITABLE
    (light,) = place.home.installed()
    assert verify(light) == ()
    assert subprocess.run([light.entry], capture_output=True, check=True).stdout == b"light\n"
    home = str(place.home.path)
    ready.note(home, "light-native", (str(light.entry), "d" * 64, str(light.root), ""), f"{home}/installs")
    assert ready.lookup(home, "light-native") is None
    assert not (place.home.path / ready.FOLDER).exists()


if __name__ == "__main__":
    {"full": full, "read-only": read_only}[sys.argv[1]](Path(sys.argv[2]))
