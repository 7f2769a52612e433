from collections import Counter
import string

TEXT = "Sphinx of black quartz, judge my vow. Pack my box with five dozen liquor jugs."
c = Counter(ch for ch in TEXT.lower() if ch in string.ascii_lowercase)
for ch, n in sorted(c.items()):
    print(ch, '=' * n, n)
missing = [ch for ch in string.ascii_lowercase if ch not in c]
print('pangram' if not missing else missing)
vowels = sum(c[v] for v in 'aeiou')
print(f'{vowels} vowels, {sum(c.values()) - vowels} consonants')
print(c.most_common(3))
