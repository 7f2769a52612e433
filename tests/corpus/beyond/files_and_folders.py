import os
import pathlib
import shutil
import tempfile

with tempfile.TemporaryDirectory() as folder:
    root = pathlib.Path(folder)
    (root / "a" / "b").mkdir(parents=True)
    (root / "a" / "one.txt").write_text("first\nsecond\n", encoding="utf-8")
    (root / "a" / "b" / "two.bin").write_bytes(bytes(range(5)))
    print(sorted(str(p.relative_to(root)) for p in root.rglob("*")))
    with open(root / "a" / "one.txt", "a+") as f:
        f.write("third")
        f.seek(0)
        print(f.readlines(), f.tell(), f.name.endswith("one.txt"))
    print((root / "a/b/two.bin").stat().st_size, os.path.getsize(root / "a" / "one.txt"))
    shutil.copytree(root / "a", root / "c")
    os.rename(root / "c" / "one.txt", root / "c" / "uno.txt")
    print(sorted(os.listdir(root / "c")), [(len(d), len(f)) for _, d, f in os.walk(root / "a")])
    try:
        (root / "a").rmdir()
    except OSError as error:
        print(type(error).__name__)
print(root.exists())
