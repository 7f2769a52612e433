import base64
import codecs
import hashlib
import hmac

text = "Grüße, Welt ☃"
for codec in ("utf-8", "utf-16-be", "utf-32-le", "utf-8-sig", "unicode_escape", "punycode", "cp1252"):
    data = text.encode(codec, "replace")
    print(codec, data[:24], data.decode(codec) == text)
for handler in ("ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace"):
    print(handler, text.encode("ascii", handler))
print(base64.b64encode(text.encode()), base64.urlsafe_b64decode(b"-_8="), base64.b32encode(b"tea"), base64.b16decode("DEAD"), base64.b85encode(b"hello"), base64.a85encode(b"    "))
for name in ("md5", "sha1", "sha256", "sha3_256", "blake2b"):
    print(name, hashlib.new(name, text.encode()).hexdigest()[:32])
print(hmac.new(b"key", b"msg", "sha256").hexdigest(), hashlib.pbkdf2_hmac("sha256", b"pw", b"salt", 10).hex()[:20], codecs.encode("Hello", "rot13"), codecs.lookup("latin1").name, b"\xff\xfea\x00".decode("utf-16"))
