import array
import binascii
import struct

head = struct.pack(">4sHIbq", b"SLIM", 1, 70000, -3, -(2**40))
print(head, len(head), struct.unpack(">4sHIbq", head), struct.calcsize("<bhiq"), struct.pack("<f", 1.1).hex(), struct.unpack("<d", bytes(8)))
data = bytearray(range(16))
view = memoryview(data)
view[2:5] = b"abc"
print(data, view[::4].tolist(), view.cast("I").tolist(), bytes(view[-3:]), view.shape, view.readonly)
view.release()
data[3:5] = b""
a = array.array("h", [1, -2, 300])
a.extend([4])
a.byteswap()
print(a, a.itemsize, a.tobytes().hex(), array.array("d", [0.5]).tobytes())
print(binascii.hexlify(b"\x00\xff", ":"), bytes.fromhex("de ad"), b"a,b,,c".split(b","), b"%d-%s" % (5, b"x"), b"abc".translate(bytes.maketrans(b"ab", b"xy")), bytes(3), b"\xe9".decode("latin-1"), "é".encode("utf-16-le"), b"ab" in b"cabs", b"title case".title())
print(list(struct.iter_unpack("<H", b"\x01\x00\x02\x00")), b"x".ljust(3, b"."), bytearray(b"abc").pop(), b"\xf0\x9f".decode("utf-8", "replace"), "a\udc80".encode("utf-8", "surrogateescape"))
