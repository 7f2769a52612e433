# caesar cipher
alphabet = 'abcdefghijklmnopqrstuvwxyz'

def encrypt(text, key):
    result = ''
    for ch in text:
        if ch.lower() in alphabet:
            pos = alphabet.index(ch.lower())
            new = alphabet[(pos + key) % 26]
            if ch.isupper():
                new = new.upper()
            result += new
        else:
            result += ch
    return result

def decrypt(text, key):
    return encrypt(text, -key)

message = "Meet me at the Old Bridge, 7 pm!"
for k in [1, 3, 13, 25]:
    secret = encrypt(message, k)
    print("key", k, "->", secret)
    assert decrypt(secret, k) == message

print("Brute force:")
secret = encrypt("hello there", 9)
for k in range(26):
    guess = decrypt(secret, k)
    if "the" in guess:
        print(k, guess)
