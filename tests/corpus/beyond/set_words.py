words = "the quick brown fox jumps over the lazy dog again and again".split()
for word in set(words):
    print(word)
print({"a": {"x", "y", "z"}})
