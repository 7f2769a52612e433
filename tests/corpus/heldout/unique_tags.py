posts = [
    {"title": "Hello", "tags": ["intro", "python"]},
    {"title": "Sets", "tags": ["python", "data"]},
    {"title": "Trips", "tags": ["travel", "data"]},
]
tags = set()
for p in posts:
    tags.update(p["tags"])
print("All tags:", tags)
for t in tags:
    print(t, [p["title"] for p in posts if t in p["tags"]])
