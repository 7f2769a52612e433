"""Exclude globs."""

import pytest

from pipeline.lock.globs import matcher


@pytest.mark.parametrize(
    ("glob", "path", "matched"),
    [
        ("usr/share/doc/**", "usr/share/doc/a/b", True),
        ("usr/share/doc/**", "usr/share/doc", False),
        ("usr/share/doc", "usr/share/doc/a/b", True),
        ("usr/share/doc", "usr/share/docs", False),
        ("usr/bin/qemu-[b-z]*", "usr/bin/qemu-mips", True),
        ("usr/bin/qemu-[b-z]*", "usr/bin/qemu-aarch64", False),
        ("usr/bin/qemu-a[!a]*", "usr/bin/qemu-arm", True),
        ("usr/bin/qemu-a[!a]*", "usr/bin/qemu-aarch64", False),
        ("usr/*/x", "usr/a/b/x", False),
        ("usr/**/x", "usr/a/b/x", True),
        ("usr/**/x", "usr/x", True),
        ("a.c", "abc", False),
        ("lib?", "lib/", False),
        ("bin/[^x]", "bin/a", False),
        ("bin/[", "bin/[", True),
    ],
)
def test_what_a_glob_matches(glob: str, path: str, *, matched: bool) -> None:
    assert matcher([glob])(path) is matched


def test_no_glob_matches_nothing() -> None:
    assert not matcher([])("usr")


def test_any_glob_will_do() -> None:
    assert matcher(["a", "b/*"])("b/c")
