"""Ciphers that compute characters, of alphabets that are older and newer."""


def shift(text, by, start=97, size=26):
    out = []
    for character in text:
        place = ord(character) - start
        out.append(chr((place + by) % size + start) if 0 <= place < size else character)
    return "".join(out)


secret = shift("attack at dawn", 3)
print(secret, shift(secret, -3))
print(shift("αβγ", 1, start=0x3B1, size=24), shift("где", 2, start=0x430, size=32))
phonetic = [chr(n) for n in range(0x290, 0x298)]
print("".join(phonetic), [letter.islower() for letter in phonetic])
print(bytes([0xC3, 0xA9]).decode(), b"caf\xc3\xa9".decode("utf-8").upper())
