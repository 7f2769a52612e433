import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

data = b"row,of,data\n" * 200
print(gzip.decompress(gzip.compress(data, mtime=0)) == data, bz2.decompress(bz2.compress(data)) == data, lzma.decompress(lzma.compress(data)) == data)
buffer = io.BytesIO()
with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("a/b.txt", data)
    z.writestr(zipfile.ZipInfo("c", (2020, 1, 2, 3, 4, 6)), "see")
with zipfile.ZipFile(buffer) as z:
    print(z.namelist(), z.read("c"), z.getinfo("c").date_time, z.testzip(), z.getinfo("a/b.txt").file_size)
buffer = io.BytesIO()
with tarfile.open(fileobj=buffer, mode="w") as t:
    info = tarfile.TarInfo("x")
    info.size = 3
    t.addfile(info, io.BytesIO(b"abc"))
buffer.seek(0)
print([(m.name, m.size) for m in tarfile.open(fileobj=buffer)])
