from collections import defaultdict, deque

letters = "aeioubcdfghj"
words = [a + b + c + d for a in letters for b in letters for c in letters for d in letters if (letters.index(a) * 7 + letters.index(b) * 3 + letters.index(c) * 5 + letters.index(d)) % 4]
patterns = defaultdict(list)
for word in words:
    for i in range(4):
        patterns[word[:i] + "_" + word[i + 1 :]].append(word)


def ladder(start, goal):
    before, queue = {start: None}, deque([start])
    while queue:
        word = queue.popleft()
        if word == goal:
            path = []
            while word:
                path.append(word)
                word = before[word]
            return path[::-1]
        for i in range(4):
            for near in patterns[word[:i] + "_" + word[i + 1 :]]:
                if near not in before:
                    before[near] = word
                    queue.append(near)
    return None


for start, goal in (("aeae", "gfgf"), ("bobo", "cuga"), ("fade", "gobi"), ("abce", "dufa"), *((a * 2 + b * 2, b + a + b + a) for a in "aeiou" for b in "bcdf")):
    if start in words and goal in words:
        print(start, goal, ladder(start, goal))
print(len(words), sum(len(p) for p in patterns.values()))
