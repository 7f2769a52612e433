import itertools as it
from functools import cmp_to_key, partialmethod, reduce

print(list(it.product("ab", [1, 2])), list(it.permutations("abc", 2)), list(it.combinations(range(4), 3)), list(it.combinations_with_replacement("xy", 2)))
print(list(it.chain([1], (2,), "3")), list(it.chain.from_iterable([[1], [2, 3]])), list(it.islice(it.count(5, 3), 4)), list(it.islice(it.cycle("ab"), 5)), list(it.repeat("z", 2)), list(it.accumulate([1, 2, 3, 4], lambda a, b: a * b, initial=10)))
print([(k, list(g)) for k, g in it.groupby("aaabbc")], list(it.takewhile(lambda n: n < 3, range(9))), list(it.dropwhile(str.islower, "abCde")), list(it.filterfalse(lambda n: n % 2, range(6))), list(it.starmap(pow, [(2, 3), (3, 2)])), list(it.zip_longest("ab", "xyz", fillvalue="-")), list(it.compress("abcd", [1, 0, 0, 1])), list(it.batched("abcde", 2)), list(it.pairwise([1, 2, 3])))
print(sorted(["bb", "a", "ccc"], key=cmp_to_key(lambda a, b: len(b) - len(a))), reduce(lambda a, b: f"({a}+{b})", "abcd"), list(zip([1, 2], "ab", strict=True)), list(map(max, [1, 5], [3, 2])), list(enumerate("ab", 1)), any([]), all([]), sum([[1], [2]], []), min("bca", default=0), list(filter(None, [0, 1, "", "a"])))


class Lamp:
    def set(self, on, colour="white"):
        return f"{'on' if on else 'off'} {colour}"

    on = partialmethod(set, True)
    off = partialmethod(set, False, colour="none")


print(Lamp().on(), Lamp().off(), Lamp().on("red"))
