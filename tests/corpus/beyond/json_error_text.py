import json

for bad in ('{"a": 1,}', "[1, 2", "nul", "{'a': 1}", '["a\n"]', "", "1 2", '{"a" 1}', "[1,]"):
    try:
        json.loads(bad)
    except json.JSONDecodeError as error:
        print(error)
