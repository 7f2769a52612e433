"""JSON: a document of records written and read."""

import json

DOCUMENT = [
    {"id": i, "name": f"item {i}", "tags": ["a", "b", "ü"][: i % 4], "price": i / 8, "ok": i % 2 == 0, "more": {"x": None, "y": [i, -i]}}
    for i in range(400)
]


def work():
    text = json.dumps(DOCUMENT)
    back = json.loads(text)
    pretty = json.dumps(back[:50], indent=2, sort_keys=True)
    return len(text), len(pretty), back == DOCUMENT
