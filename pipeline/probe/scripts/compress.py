"""Compression: round trips, files of other tools, and the compressed bytes (they are a script's answer, too)."""

from common import expect, run_checks

DATA = b"".join(b"%d: the same words again and again, slightly changed %x\n" % (n, n * n) for n in range(4000))


def digest(data):
    import hashlib

    return hashlib.sha256(data).hexdigest()


def zlib():
    import zlib

    packed = zlib.compress(DATA, 6)
    expect(zlib.decompress(packed), DATA)
    expect(zlib.crc32(b"slime"), 0xA32D552B)
    expect(zlib.adler32(b"slime"), 0x066E021B)
    return {"library": zlib.ZLIB_RUNTIME_VERSION, "bytes": digest(packed)}


def gzip():
    import gzip

    expect(gzip.decompress(gzip.compress(DATA, mtime=0)), DATA)


def bz2():
    import bz2

    packed = bz2.compress(DATA)
    expect(bz2.decompress(packed), DATA)
    return {"bytes": digest(packed)}


def lzma():
    import lzma

    packed = lzma.compress(DATA, preset=6)
    expect(lzma.decompress(packed), DATA)
    expect(lzma.decompress(lzma.compress(DATA, format=lzma.FORMAT_ALONE)), DATA)
    return {"bytes": digest(packed)}


def zstd():
    import sys

    if sys.version_info < (3, 14):
        return None  # new in 3.14
    from compression import zstd

    packed = zstd.compress(DATA)
    expect(zstd.decompress(packed), DATA)
    return {"library": zstd.zstd_version, "bytes": digest(packed)}


def zipfile():
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.txt", DATA)
    with zipfile.ZipFile(buffer) as archive:
        expect(archive.read("a/b.txt"), DATA)


def tarfile():
    import io
    import tarfile

    for mode in ("w:gz", "w:bz2", "w:xz"):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=mode) as archive:
            info = tarfile.TarInfo("b.txt")
            info.size = len(DATA)
            archive.addfile(info, io.BytesIO(DATA))
        buffer.seek(0)
        with tarfile.open(fileobj=buffer) as archive:
            expect(archive.extractfile("b.txt").read(), DATA)


run_checks([zlib, gzip, bz2, lzma, zstd, zipfile, tarfile])
