"""Compiles the good and the bad programs once, in the project's own toolchain and sandbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.load.document import load
from pipeline.model.policy import Policy
from pipeline.model.recipe import ArtifactSpec
from pipeline.model.toolchain import Target
from pipeline.probe.facts import Facts
from pipeline.probe.judge import Violation, judge
from pipeline.probe.prober import ProbeRequest, probe_files
from pipeline.sandbox.bubblewrap import Bubblewrap
from pipeline.sandbox.protocol import Engine, Mount, Sandbox, SandboxLimits
from tests.integration.toolchains import Toolchains

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
X86 = Target(triple="x86_64-unknown-linux-gnu", alias="x86_64", runner="native")
FORBIDDEN = ("/build/", "/out/", "/deps/", "/sysroot/")


@dataclass(frozen=True)
class Workshop:
    """What is needed to compile and to probe."""

    engine: Engine
    rootfs: Path
    digest: str
    sysroot: Path
    policies: dict[str, Policy]

    def make(self, folder: Path, script: str) -> None:
        """Run a shell script that compiles into the folder (/out inside), for x86_64 and glibc's floor."""
        sandbox = Sandbox(
            rootfs=self.rootfs,
            rootfs_digest=self.digest,
            mounts=(Mount(self.sysroot, "/sysroot"), Mount(HERE / "sources", "/src"), Mount(folder, "/out", "rw")),
            command=("sh", "-euc", script),
            env={"CC": "clang --target=x86_64-linux-gnu --sysroot=/sysroot -fuse-ld=lld"},
            cwd="/out",
            limits=SandboxLimits(seconds=300),
        )
        log = folder.parent / f"{folder.name}.log"
        outcome = self.engine.run(sandbox, log=log)
        assert outcome.ok, log.read_text("utf-8")

    def read(self, folder: Path, workdir: Path, entry: str | None = "bin/prog") -> Facts:
        """The facts of a made folder's files."""
        return probe_files(self.request(folder, workdir, entry))

    def request(self, folder: Path, workdir: Path, entry: str | None = "bin/prog") -> ProbeRequest:
        spec = ArtifactSpec(name="prog", kind="interpreter", path="prog", entry=entry, policy="interpreter")
        return ProbeRequest(
            artifact=spec,
            target=X86,
            folder=folder,
            recipe_facts=None,
            rootfs=self.rootfs,
            rootfs_digest=self.digest,
            sysroot=self.sysroot,
            engine=self.engine,
            workdir=workdir,
            forbidden_strings=FORBIDDEN,
        )

    def violations(self, facts: Facts) -> tuple[Violation, ...]:
        """What the policies of the Full tier's parts say of the files (not of what only a run can tell)."""
        parts = ("tree", "program", "full-native", *(("archives",) if facts["archives"] else ()))
        rules = [rule for name in parts for rule in self.policies[name].rules]
        read = tuple(rule for rule in rules if rule.fact.split(".")[0] in ("elf", "archives", "tree"))
        return judge(self.policies["tree"].model_copy(update={"rules": read}), facts, X86.triple, None)


@pytest.fixture(scope="session")
def workshop(toolchain: Toolchains) -> Workshop:
    rootfs = toolchain("llvm-22")
    written = {path.stem: load(path, Policy) for path in sorted((ROOT / "policies").glob("*.yaml"))}
    policies = {name: policy.resolved(written) for name, policy in written.items()}
    return Workshop(Bubblewrap(), rootfs.rootfs, rootfs.digest, toolchain.sysroot("x86_64"), policies)


BUILD = r"""
pie="-O1 -fPIE -pie -Wl,-z,relro,-z,now"
mk() { mkdir -p "$1/bin" "$1/lib"; }
prog() { name=$1; shift; mk "$name"; $CC "$@" /src/prog.c -o "$name/bin/prog"; }

prog good $pie
prog static-pie -O1 -static-pie -fPIE -Wl,-z,relro,-z,now
prog static -O1 -static -fno-pie -no-pie
prog exec -O1 -fno-pie -no-pie -Wl,-z,relro,-z,now
prog textrel $pie -Wl,-z,notext /src/textrel.s
prog rwx-stack $pie -Wl,-z,execstack
prog rpath $pie -Wl,-rpath,/opt/lib,--disable-new-dtags
prog runpath $pie -Wl,-rpath,/opt/lib,--enable-new-dtags
prog lazy -O1 -fPIE -pie -Wl,-z,relro,-z,lazy
prog norelro -O1 -fPIE -pie -Wl,-z,norelro,-z,now
prog leak $pie '-DPLACE="/build/src/prog.c"'
prog stripped $pie
llvm-objcopy --strip-sections stripped/bin/prog

# Headers that no linker writes any more are written by hand.
prog no-stack $pie
python3 /src/patch.py no-gnu-stack no-stack/bin/prog
prog wx $pie
python3 /src/patch.py writable-code wx/bin/prog

mk shared
$CC -shared -fPIC -Wl,-z,now -Wl,-soname,libodd.so.1 /src/odd.c -o shared/bin/prog
mk needed
$CC $pie -DODD /src/prog.c shared/bin/prog -o needed/bin/prog

# A symbol of a version that the oldest glibc promised has not.
$CC -shared -fPIC -nostdlib -Wl,-soname,libm.so.6 -Wl,--version-script=/src/new.map /src/odd.c -o /tmp/libm.so
mk glibc
$CC $pie -DODD /src/prog.c /tmp/libm.so -o glibc/bin/prog

archive() {
  name=$1; shift
  cp -r good "archive-$name"
  mkdir -p "/tmp/$name"
  $CC -O1 "$@" -c /src/data.c -o "/tmp/$name/data.o"
  $CC -O1 -fPIC -c /src/odd.c -o "/tmp/$name/odd.o"
  llvm-ar rcsD "archive-$name/lib/libx.a" "/tmp/$name/data.o" "/tmp/$name/odd.o"
}
archive pic -fPIC
archive pie -fPIE
archive nopic -fno-pic
archive lto -fPIC -flto=thin
archive fat -fPIC -flto=thin -ffat-lto-objects
cp -r archive-pic archive-stamped
llvm-ar rcsU archive-stamped/lib/libx.a /tmp/pic/data.o /tmp/pic/odd.o
"""


@dataclass(frozen=True)
class Made:
    """The compiled folders and how to look at them."""

    workshop: Workshop
    folder: Path
    scratch: Callable[[str], Path]

    def facts(self, name: str) -> Facts:
        """The facts of the folder `name`."""
        return self.workshop.read(self.folder / name, self.scratch(name))

    def broken(self, name: str) -> dict[str, Violation]:
        """The violations of the folder `name`, by fact."""
        return {violation.fact: violation for violation in self.workshop.violations(self.facts(name))}


@pytest.fixture(scope="session")
def made(workshop: Workshop, tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("made") / "out"
    folder.mkdir()
    workshop.make(folder, BUILD)
    return Made(workshop, folder, lambda name: tmp_path_factory.mktemp(name))
