"""Hashes against published values; each of CPython's own (HACL*) modules by itself, not through OpenSSL.

Values of "abc": FIPS 180-4, FIPS 202, RFC 1321, RFC 7693; PBKDF2 and scrypt: RFC 7914, computed for SHA-256.
"""

from common import expect, run_checks

ABC = {
    "md5": "900150983cd24fb0d6963f7d28e17f72",
    "sha1": "a9993e364706816aba3e25717850c26c9cd0d89d",
    "sha224": "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
    "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "sha384": "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    "sha512": "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    "sha3_224": "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf",
    "sha3_256": "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
    "sha3_384": "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25",
    "sha3_512": "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
    "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
    "blake2b": "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
    "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
    "blake2s": "508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982",
}
OWN = {
    "_md5": ["md5"],
    "_sha1": ["sha1"],
    "_sha2": ["sha224", "sha256", "sha384", "sha512"],
    "_sha3": ["sha3_224", "sha3_256", "sha3_384", "sha3_512"],
    "_blake2": ["blake2b", "blake2s"],
}
TEXT = b"The quick brown fox jumps over the lazy dog"


def published():
    import hashlib

    for name, digest in ABC.items():
        expect((name, getattr(hashlib, name)(b"abc").hexdigest()), (name, digest))
        expect((name, hashlib.new(name, b"abc").hexdigest()), (name, digest))


def own():
    """CPython's own implementations, complete."""
    for module, names in OWN.items():
        loaded = __import__(module)
        for name in names:
            expect((name, getattr(loaded, name)(b"abc").hexdigest()), (name, ABC[name]))
    return sorted(name for names in OWN.values() for name in names)


def own_hmac():
    import sys

    if sys.version_info < (3, 14):
        return  # new in 3.14
    import _hmac

    digest = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
    expect(_hmac.compute_sha256(b"key", TEXT).hex(), digest)


def hmac():
    import hmac

    digest = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
    expect(hmac.new(b"key", TEXT, "sha256").hexdigest(), digest)
    expect(hmac.digest(b"key", TEXT, "sha256").hex(), digest)


def shake():
    import hashlib

    expect(hashlib.shake_128(b"abc").hexdigest(16), "5881092dd818bf5cf8a3ddb793fbcba7")
    expect(hashlib.shake_256(b"abc").hexdigest(16), "483366601360a8771c6863080cc4114d")


def blake2_parameters():
    import hashlib

    digest = hashlib.blake2b(b"abc", key=b"k", salt=b"s", person=b"p", digest_size=20).hexdigest()
    expect(digest, "0c694d1f89100a1db6ed58b7322cc3f244ac769a")


def long_input():
    import hashlib

    digest = hashlib.sha256()
    for _ in range(1000):
        digest.update(b"a" * 1000)
    expect(digest.hexdigest(), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")


def key_derivation():
    import hashlib

    derived = hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 1000).hex()
    expect(derived, "632c2812e46d4604102ba7618e9d6d7d2f8128f6266b4a03264d2a0460b7dcb3")


def scrypt():
    import hashlib

    derived = hashlib.scrypt(b"password", salt=b"NaCl", n=1024, r=8, p=16, dklen=16).hex()
    expect(derived, "fdbabe1c9d3472007856e7190d01e9fe")


run_checks([published, own, own_hmac, hmac, shake, blake2_parameters, long_input, key_derivation, scrypt])
