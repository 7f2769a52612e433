poem = """
The rain in the harbour falls on the boats,
the boats on the water, the water on stones;
the stones keep the harbour, the harbour the boats,
and the rain keeps them all in its bones.
"""

counts = {}
for raw in poem.split():
    word = raw.strip(".,;:").lower()
    counts[word] = counts.get(word, 0) + 1

ranking = sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))
width = max(len(w) for w, _ in ranking)
for word, n in ranking:
    bar = "#" * n
    print(f"{word.rjust(width)} {n:2d} {bar}")

total = sum(counts.values())
print(f"{total} words, {len(counts)} different, {100 * len(counts) / total:.1f} %")
longest = max(counts, key=lambda w: (len(w), w))
print("longest:", longest)
