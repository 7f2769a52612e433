import json


class ConfigError(Exception):
    pass


def load(text):
    try:
        return json.loads(text)
    except ValueError as error:
        problem = ConfigError("cannot read the configuration")
        problem.add_note("it was: " + text)
        raise problem from error


print(load('{"a": 1}'))
load('{"a": }')
