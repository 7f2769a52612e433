"""Writes $OUT/profile.json: what the profile beside it was trained on."""
import hashlib
import json
import os
import re
import subprocess
from pathlib import Path

out = Path(os.environ["OUT"])
folder = Path(os.environ["RECIPE"]) / "train"
digest = hashlib.sha256()
for path in sorted(folder.iterdir()):
    digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
profile = out / "profile.profdata"
shown = subprocess.run(["llvm-profdata", "show", profile], check=True, capture_output=True, text=True).stdout
clang = subprocess.run(["clang", "--version"], check=True, capture_output=True, text=True).stdout.splitlines()[0]
facts = {
    "version": os.environ["VERSION"],
    "target": os.environ["TARGET"],
    "train_files_sha256": digest.hexdigest(),
    "clang": re.search(r"version (\S+)", clang)[1],
    "functions": int(re.search(r"Total functions: (\d+)", shown)[1]),
    "profile_sha256": hashlib.sha256(profile.read_bytes()).hexdigest(),
}
(out / "profile.json").write_text(json.dumps(facts, indent=2, sort_keys=True) + "\n")
