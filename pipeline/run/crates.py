"""Vendored Rust crates, fetched by the toolchain's own cargo as cargo is configured here; may import sandbox.

This is the one sandbox with a network, and it builds nothing: cargo takes what `Cargo.lock` pins by sha256 from
wherever this machine's cargo configuration says (mirrors, proxies, credentials), so no address stands in the project.
The result is a directory source (The Cargo Book, "Source Replacement"), a function of `Cargo.lock` alone.
"""

from __future__ import annotations

import os
import shutil
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import FetchError
from pipeline.fetch.pins import FetchReason
from pipeline.load.project import Project
from pipeline.model.recipe import Crates
from pipeline.run.events import Line
from pipeline.run.executor import Work
from pipeline.sandbox.protocol import GIB, Engine, Mount, Sandbox, SandboxLimits
from pipeline.store.store import Store

_HOST_FILES = ("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf")
_PASSED_ON = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")
_CA_VARIABLES = ("CARGO_HTTP_CAINFO", "SSL_CERT_FILE", "CURL_CA_BUNDLE")
_CA_INSIDE = "/etc/host-ca.pem"
_SCRIPT = "cd /work && cargo vendor --locked --versioned-dirs --quiet /vendor >/dev/null"


@dataclass
class CratesHandler:
    """Fills a folder with the crates of a recipe's `Cargo.lock`."""

    project: Project
    store: Store
    engine: Callable[[], Engine]

    def fill(self, work: Work, into: Path) -> None:
        """Vendor the crates into `into`. Raises `FetchError` (`CRATES`) with the end of cargo's answer."""
        name = work.action.id.partition("/")[2]
        recipe = self.project.recipes[name]
        assert recipe.crates is not None
        rootfs = work.results[f"rootfs/{recipe.toolchain}"].outputs["out"]
        folder = self.store.workdir(f"{work.action.slug}-fetch")
        try:
            self._lay_out(name, recipe.crates, folder)
            sandbox = Sandbox(
                rootfs=self.store.checkout(rootfs),
                rootfs_digest=rootfs.hash,
                mounts=(
                    Mount(folder / "work", "/work", "rw"),
                    Mount(folder / "cargo", "/cargo", "rw"),
                    Mount(into, "/vendor", "rw"),
                    *_host_mounts(os.environ),
                ),
                command=("/bin/sh", "-euc", _SCRIPT),
                env=_environment(os.environ),
                cwd="/work",
                limits=SandboxLimits(seconds=30 * 60, memory_bytes=4 * GIB, disk_bytes=8 * GIB),
                network="host",
            )
            log = folder / "log.txt"
            outcome = self.engine().run(
                sandbox, log=log, on_line=lambda line: work.emit(Line(work.action.id, line)), cancel=work.cancel
            )
            if not outcome.ok:
                tail = "\n".join(f"  | {line}" for line in log.read_text("utf-8", "replace").splitlines()[-15:])
                raise FetchError(
                    FetchReason.CRATES,
                    f"cargo cannot fetch what recipes/{name}/{recipe.crates.lock} pins: {outcome.explain()}\n{tail}",
                    hint="cargo's configuration of this machine ($CARGO_HOME/config.toml, proxies) says where crates "
                    "come from: try `cargo search serde` beside it",
                )
        finally:
            self.store.remove_workdir(folder)

    def _lay_out(self, name: str, crates: Crates, folder: Path) -> None:
        """Cargo wants a whole package beside its lock, but reads no source of it."""
        (folder / "work" / "src").mkdir(parents=True)
        (folder / "cargo").mkdir()
        self.project.recipe_files(name)[crates.lock].write(folder / "work" / Path(crates.lock).name)
        self.project.crate_manifests[name].write(folder / "work" / "Cargo.toml")
        (folder / "work" / "src" / "main.rs").write_text("fn main() {}\n", "ascii")
        for home in _cargo_homes(os.environ):
            for file in ("config.toml", "config", "credentials.toml"):
                if (home / file).is_file():
                    shutil.copyfile(home / file, folder / "cargo" / file)
                    (folder / "cargo" / file).chmod(0o600)


def _cargo_homes(environ: Mapping[str, str]) -> tuple[Path, ...]:
    return (Path(environ.get("CARGO_HOME") or Path.home() / ".cargo"),)


def _host_mounts(environ: Mapping[str, str]) -> tuple[Mount, ...]:
    mounts = [Mount(Path(file).resolve(), file, "ro") for file in _HOST_FILES if Path(file).exists()]
    bundle = _ca_bundle(environ)
    if bundle is not None:
        mounts.append(Mount(bundle.resolve(), _CA_INSIDE, "ro"))
    return tuple(mounts)


def _ca_bundle(environ: Mapping[str, str]) -> Path | None:
    """The certificates that this machine trusts: what its environment names, else OpenSSL's default file."""
    named = [environ[name] for name in _CA_VARIABLES if environ.get(name)]
    default = ssl.get_default_verify_paths().cafile
    for candidate in (*named, default, "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"):
        if candidate and Path(candidate).is_file():
            return Path(candidate)
    return None


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    passed = {name: environ[name] for upper in _PASSED_ON for name in (upper, upper.lower()) if environ.get(name)}
    passed |= {name: value for name, value in environ.items() if name.startswith(("CARGO_HTTP_", "CARGO_NET_"))}
    passed |= {name: value for name, value in environ.items() if name.startswith(("CARGO_SOURCE_", "CARGO_REGISTR"))}
    if _ca_bundle(environ) is not None:
        passed["CARGO_HTTP_CAINFO"] = _CA_INSIDE
    return {**passed, "CARGO_HOME": "/cargo", "HOME": "/work", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
