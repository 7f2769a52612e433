# -*- coding: latin-1 -*-
text = "café"
print(text, len(text), text.encode("latin-1"))
