"""A small, whole project on disk for tests of planning and running: definitions only, nothing downloaded."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

X86 = "x86_64-unknown-linux-gnu"
WASM = "wasm32-wasip1"
SHA = "ab" * 32


def recipe(name: str, **changes: object) -> dict[str, object]:
    """A recipe's data, valid as it is; `changes` replace or add top-level keys (None removes)."""
    data: dict[str, object] = {
        "name": name,
        "kind": "library",
        "summary": f"{name} for tests",
        "license": "MIT",
        "homepage": "https://example.org",
        "toolchain": "tools",
        "targets": [X86, WASM],
        "versions": [
            {"version": "1.0", "sources": [{"urls": ["https://example.org/a.tar"], "sha256": SHA, "size": 1}]}
        ],
        "steps": [{"name": "make", "run": "make\n"}],
    }
    data.update(changes)
    return {key: value for key, value in data.items() if value is not None}


def write(root: Path, recipes: list[dict[str, object]], files: dict[str, str] | None = None) -> Path:
    """Write a project with one toolchain, two targets and the given recipes; gives its root."""
    for data in recipes:
        _yaml(root / "recipes" / str(data["name"]) / "recipe.yaml", data)
    for path, text in (files or {}).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    for toolchain in ("tools", "llvm-22"):
        _yaml(
            root / "toolchains" / f"{toolchain}.yaml",
            {
                "name": toolchain,
                "kind": "rootfs",
                "summary": "tools for tests",
                "suite": "trixie",
                "architecture": "amd64",
                "packages": ["make"],
                "env": {"FROM": "toolchain", "TOOLS": "1"},
            },
        )
        package = {
            "name": "make",
            "version": "4.4",
            "architecture": "amd64",
            "path": "pool/main/m/make.deb",
            "size": 1,
            "sha256": "cd" * 32,
        }
        lock = {
            "schema_version": 1,
            "name": toolchain,
            "suite": "trixie",
            "timestamp": "20261101T000000Z",
            "packages": [package],
        }
        (root / "toolchains" / f"{toolchain}.lock.json").write_text(json.dumps(lock), "utf-8")
    for triple, alias, runner in ((X86, "x86_64", "native"), (WASM, "wasm", "wasmtime")):
        _yaml(
            root / "toolchains" / "targets" / f"{triple}.yaml",
            {"triple": triple, "alias": alias, "runner": runner, "env": {"FROM": "target", "CC": "cc"}},
        )
    rule = {"fact": "elf.pie", "expect": {"equals": True}, "why": "address space randomisation"}
    _yaml(
        root / "policies" / "interpreter.yaml",
        {
            "name": "interpreter",
            "summary": "for tests",
            "judges": ["interpreter", "isolate", "libpython", "module"],
            "rules": [rule],
        },
    )
    release = {"release": "2026.1", "created": "2026-01-01T00:00:00Z", "build": [str(recipes[0]["name"])]}
    _yaml(root / "release.yaml", release)
    return root


def yaml_text(data: object) -> str:
    """Data as YAML without anchors, which a recipe may not have."""
    return yaml.safe_dump(json.loads(json.dumps(data)))


def _yaml(path: Path, data: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml_text(data), "utf-8")
