import heapq
from collections import Counter
from itertools import groupby


def rle(s):
    return "".join(f"{len(list(g))}{k}" for k, g in groupby(s))


def unrle(s):
    out, n = [], ""
    for ch in s:
        if ch.isdigit():
            n += ch
        else:
            out.append(ch * int(n))
            n = ""
    return "".join(out)


def huffman(text):
    heap = [[n, i, [ch, ""]] for i, (ch, n) in enumerate(sorted(Counter(text).items()))]
    heapq.heapify(heap)
    tick = len(heap)
    while len(heap) > 1:
        a, b = heapq.heappop(heap), heapq.heappop(heap)
        for pair in a[2:]:
            pair[1] = "0" + pair[1]
        for pair in b[2:]:
            pair[1] = "1" + pair[1]
        heapq.heappush(heap, [a[0] + b[0], tick, *a[2:], *b[2:]])
        tick += 1
    return {ch: code for ch, code in heap[0][2:]}


s = "aaabccddddde"
print(rle(s), unrle(rle(s)) == s)
text = "she sells sea shells by the sea shore"
codes = huffman(text)
for ch, code in sorted(codes.items(), key=lambda p: (len(p[1]), p[1])):
    print(repr(ch), code)
bits = "".join(codes[c] for c in text)
print(len(bits), len(text) * 8, bits[:40])
back, cur, reverse = [], "", {v: k for k, v in codes.items()}
for b in bits:
    cur += b
    if cur in reverse:
        back.append(reverse[cur])
        cur = ""
print("".join(back) == text)
