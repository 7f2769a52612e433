import difflib
import pprint
import shlex
import string
import textwrap

text = "The slime mould has no brain and yet it finds the shortest way through a maze, given time and oat flakes."
print(textwrap.fill(text, 30, initial_indent="* ", subsequent_indent="  "))
print(textwrap.shorten(text, 40), textwrap.dedent("  a\n    b\n").splitlines(), textwrap.indent("x\n\ny", "> "))
print("".join(difflib.unified_diff(["a\n", "b\n", "c\n"], ["a\n", "x\n", "c\n"], "old", "new")))
print(difflib.get_close_matches("appel", ["ape", "apple", "peach"]), round(difflib.SequenceMatcher(None, "kitten", "sitting").ratio(), 4))
print(shlex.split("cp -r 'my files' \"a b\"/c d\\ e # no", comments=True), shlex.quote("it's"), shlex.join(["a b", "c"]))
pprint.pprint({"key": list(range(20)), "other": {"nested": ["a" * 30, "b" * 30, "c" * 30]}, "t": (1,)}, width=60)
print(string.Template("$who owes ${n} $$").substitute(who="Ida", n=3), string.Template("$a $b").safe_substitute(a=1), string.capwords("a bc d"), string.ascii_lowercase[:5])
