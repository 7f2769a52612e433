import textwrap

text = "It was the best of times, it was the worst of times, it was the age of wisdom"
for width in (20, 33):
    for line in textwrap.wrap(text, width):
        print(f"|{line:<{width}}|")
print(textwrap.shorten(text, 30), textwrap.indent("a\nb", "> "))
