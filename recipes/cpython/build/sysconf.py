"""Rewrites what CPython remembers of its build so that it holds anywhere: no path, no flag of this toolchain's."""

import pprint
import re

SANDBOX = ("/build", "/deps", "/sysroot", "/recipe", "/native", "/out")
# flags that belong to the interpreter's own code and to clang and lld alone
OURS = re.compile(
    r"-flto\S*|-ffat-lto-objects|-fprofile-\S+|-Wprofile-\S+|-Wno-profile-\S+|-fno-semantic-interposition|-pie|-static-libgcc"
    r"|-Wl,(?:--lto-O\d|-O2|--gc-sections|--exclude-libs,ALL|-z,relro|-z,now|--icf=\S+|--thinlto\S*)|-D_FORTIFY_SOURCE=\d|--no-wasm-opt"
)
# stands for the prefix until the module is imported; it is in no other path, as /python is in lib/python3.14
ANYWHERE = "/nonexistent/python"
NODIST = re.compile(r"NODIST|^PY_CORE|^BLDSHARED$|^PY_STDMODULE|^PY_BUILTIN|^PGO_|^LLVM_|^CONFIGURE_")
UNKNOWN_ELSEWHERE = {
    "abs_builddir", "abs_srcdir", "projectbase", "PYTHON_FOR_BUILD", "PYTHON_FOR_REGEN", "FREEZE_MODULE", "HOSTRUNNER",
}  # fmt: skip


def _words(value: str) -> str:
    words = [w for w in value.split() if not OURS.fullmatch(w) and not any(s + "/" in w + "/" for s in SANDBOX)]
    return " ".join(words)


def clean(variables: dict[str, object]) -> dict[str, object]:
    """The variables without those of the build alone."""
    prefix = str(variables["prefix"])
    result: dict[str, object] = {}
    for key, value in sorted(variables.items()):
        if isinstance(value, str):
            if key == "CONFIG_ARGS":
                # 'name=value' words in quotes; values may hold blanks
                args = re.findall(r"'([^']*)'", value)
                kept = [a for a in args if a.startswith("--") and not any(s in a for s in SANDBOX) and prefix not in a]
                value = " ".join(f"'{a}'" for a in kept)
            elif NODIST.search(key) or OURS.search(value) or any(s + "/" in value + "/" for s in SANDBOX):
                value = _words(value)
        result[key] = value
    for key, value in result.items():
        # how this build started the build machine's interpreter, or would start the target's
        if key in UNKNOWN_ELSEWHERE or (isinstance(value, str) and "_PYTHON_HOST_PLATFORM=" in value):
            result[key] = ""
    result["srcdir"] = "."
    return result


def module(variables: dict[str, object]) -> str:
    """Source of _sysconfigdata: literal values, made absolute when it is imported."""
    prefix = re.compile(re.escape(str(variables["prefix"])) + r"(?![\w.-])")
    values = {key: prefix.sub(ANYWHERE, value) if isinstance(value, str) else value for key, value in variables.items()}
    text = pprint.pformat(values, width=120)
    return (
        "# system configuration generated and used by the sysconfig module\n"
        "import sys as _sys\n"
        f"build_time_vars = {text}\n"
        "build_time_vars = {\n"
        f"    k: v.replace({ANYWHERE!r}, _sys.base_prefix) if isinstance(v, str) else v"
        " for k, v in build_time_vars.items()\n"
        "}\n"
    )


def details(data: dict[str, object], variables: dict[str, object], *, program: str | None) -> dict[str, object]:
    """build-details.json (PEP 739) of this target, its paths relative to its own folder; no program: libpython's.

    CPython's script asks the interpreter that runs it, which in a cross build is the build machine's: what is the
    target's own comes from the variables of its build.
    """
    if not data:
        return {}
    minor = variables["VERSION"]
    wasi = variables["MACHDEP"] == "wasi"
    own = {
        "supports_isolated_interpreters": not wasi,  # Python/sysmodule.c
        "_multiarch": variables["MULTIARCH"],
    }
    data = {
        **data,
        # elsewhere than on Linux uname() is part of sysconfig's answer, and wasi-libc's is constant
        "platform": f"wasi-0.0.0-{str(variables['MULTIARCH']).partition('-')[0]}" if wasi else data["platform"],
        "base_prefix": "." if program is None else "../..",
        "implementation": {**_object(data, "implementation"), **own},
        "suffixes": {**_object(data, "suffixes"), "extensions": extension_suffixes(variables)},
        "c_api": {"headers": f"include/python{minor}"},
    }
    if program is None:
        del data["base_interpreter"]
        data["libpython"] = {"static": f"lib/{variables['LIBRARY']}"}
    else:
        data["base_interpreter"] = program
        data.pop("libpython", None)
    return data


def extension_suffixes(variables: dict[str, object]) -> list[str]:
    """What importlib.machinery.EXTENSION_SUFFIXES is there: the list in Python/dynload_shlib.c, or none."""
    if variables["DYNLOADFILE"] != "dynload_shlib.o":
        return []
    return [str(variables["EXT_SUFFIX"]), ".abi3.so", ".so"]


def _object(data: dict[str, object], name: str) -> dict[str, object]:
    value = data[name]
    assert isinstance(value, dict)
    return value
