n = 3**200 - 7**50
print(n, hex(n), oct(n)[:20], bin(n)[-20:], n.bit_length(), n.bit_count(), -n // 10**20, -n % 10**9, divmod(n, -12345))
print(pow(7, 10**18, 10**9 + 7), pow(3, -1, 11), (2**64).to_bytes(9, "big"), int.from_bytes(b"\xff\x00", "little", signed=True))
print(int("zz", 36), int("-0b101", 0), int("1_000"), (123456789**5) >> 60, ~n & 0xFFFF, n ^ (n >> 3), 10**30 // 3, -7 // 2, -7 % 3)
print(f"{10**20:,} {255:#x} {255:08b} {-5:+d} {1234567:_} {3:>5}|{3:<5}|{3:^5}| {10**15:e}")
try:
    str(10**5000)
except ValueError:
    print("too long")
print(len(str(10**4000)), 0.5.as_integer_ratio(), int(1e30), round(12345, -2), int(-3.9))
