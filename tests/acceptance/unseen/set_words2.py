one = set("the quick brown fox".split())
two = set("the lazy brown dog".split())
print(sorted(one & two), sorted(one - two), len(one | two))
print("fox" in one, one <= two, {1, 2} == {2, 1})
for word in one | two:
    print(word)
