"""Counts from clang's warnings how much of the recorded profile this target's compilation used.

Writes $OUT/facts/profile.json. functions: in the profile; mismatched: compiled from a body the profile does not know;
missing: compiled, but never trained; matched_ratio: share of the functions the profile speaks of (in the files compiled
here) that it could be used for.
"""

import json
import os
import re
import subprocess
from pathlib import Path

STALE = re.compile(r"of (\d+) functions?, (\d+) ha(?:s|ve) mismatched data")
MISSING = re.compile(r"of (\d+) functions?, (\d+) ha(?:s|ve) no data")

log = Path("/build/make.log").read_text(errors="replace")
profile = Path(os.environ["RECIPE"], os.environ["PROFILE"])
shown = subprocess.run(["llvm-profdata", "show", profile], check=True, capture_output=True, text=True).stdout
(total,) = re.findall(r"Total functions: (\d+)", shown)
functions = int(total)
mismatched = sum(int(m[2]) for m in STALE.finditer(log))
missing = sum(int(m[2]) for m in MISSING.finditer(log))
facts = {
    "functions": functions,
    "mismatched": mismatched,
    "missing": missing,
    "matched_ratio": round((functions - mismatched) / (functions + missing), 4),
}
folder = Path(os.environ["OUT"]) / "facts"
folder.mkdir(exist_ok=True)
(folder / "profile.json").write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n")
