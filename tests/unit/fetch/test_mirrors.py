"""Mirror discovery: both of apt's formats, and only what looks like Debian's main archive."""

from pathlib import Path

import pytest

from pipeline.fetch.mirrors import ENVIRONMENT, debian_mirrors, pool_places, snapshot


@pytest.fixture
def apt(tmp_path: Path) -> Path:
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def test_environment_is_taken_alone(apt: Path) -> None:
    (apt / "sources.list").write_text("deb http://one.example/debian trixie main\n")
    mirrors = debian_mirrors({ENVIRONMENT: "https://a.example/debian/ https://b.example/d"}, apt)
    assert mirrors == ("https://a.example/debian", "https://b.example/d")


def test_one_line_format(apt: Path) -> None:
    (apt / "sources.list").write_text(
        "# deb http://commented.example/debian trixie main\n"
        "deb [signed-by=/x.gpg arch=amd64] http://one.example/debian/ bookworm main contrib # why\n"
        "deb-src http://source.example/debian bookworm main\n"
        "deb http://one.example/debian bookworm-updates main\n"
        "deb http://one.example/debian-security bookworm-security main\n"
        "deb cdrom:[Debian]/ bookworm main\n"
    )
    assert debian_mirrors({}, apt) == ("http://one.example/debian",)


def test_deb822_format(apt: Path) -> None:
    (apt / "sources.list.d" / "debian.sources").write_text(
        "Types: deb deb-src\n# a comment\nURIs: https://two.example/debian\n"
        "Suites: trixie trixie-updates\nComponents: main\n\n"
        "Enabled: no\nTypes: deb\nURIs: https://off.example/debian\nSuites: trixie\nComponents: main\n\n"
        "Types: deb\nURIs: https://three.example/debian-security\nSuites: trixie-security\nComponents: main\n"
    )
    assert debian_mirrors({}, apt) == ("https://two.example/debian",)


def test_other_archives_are_left_alone(apt: Path) -> None:
    (apt / "sources.list").write_text(
        "deb http://one.example/ubuntu noble main\n"
        "deb http://one.example/node nodistro main\n"
        "deb file:/srv/debian trixie main\n"
        "deb http://[one.example/debian trixie main\n"
        "deb http://one.example/debian/derived-thing frob main\n"
    )
    assert debian_mirrors({}, apt) == ()


def test_no_apt_at_all(tmp_path: Path) -> None:
    assert debian_mirrors({}, tmp_path / "none") == ()


def test_the_snapshot_is_the_last_place_and_of_the_locks_time() -> None:
    places = pool_places("pool/main/z/z_1_amd64.deb", "20261121T231544Z", ["http://one.example/debian"])
    assert places == (
        "http://one.example/debian/pool/main/z/z_1_amd64.deb",
        "https://snapshot.debian.org/archive/debian/20261122T021544Z/pool/main/z/z_1_amd64.deb",
    )
    assert snapshot("20261121T000000Z").endswith("/20261121T030000Z")
