"""Defaults, a file, the environment and the command line, merged in that order."""

import configparser
from collections import ChainMap

DEFAULTS = {"server.host": "127.0.0.1", "server.port": "8000", "log.level": "info", "paths.root": "/srv", "paths.data": "${paths.root}/data"}
FILE = """
[server]
port = 9000
workers : 4
[log]
level = debug
format = <%(level)s>
[paths]
root = /opt/app
cache = ${paths.data}/cache
"""
ENVIRON = {"APP_SERVER_PORT": "9100", "HOME": "/root", "APP_LOG_LEVEL": "warning"}
ARGV = ["--server.workers=8", "--verbose", "run"]


def from_file(text):
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    return {f"{s}.{k}": v for s in parser.sections() for k, v in parser.items(s)}


def from_environment(environ):
    return {k[4:].lower().replace("_", ".", 1): v for k, v in environ.items() if k.startswith("APP_")}


def from_argv(argv):
    options, rest = {}, []
    for word in argv:
        if word.startswith("--"):
            key, _, value = word[2:].partition("=")
            options[key] = value or "true"
        else:
            rest.append(word)
    return options, rest


class Config(ChainMap):
    def get_resolved(self, key, seen=()):
        if key in seen:
            raise ValueError("loop: " + " -> ".join((*seen, key)))
        value = self[key]
        while "${" in value:
            before, _, tail = value.partition("${")
            name, _, after = tail.partition("}")
            value = before + self.get_resolved(name, (*seen, key)) + after
        return value

    def origin(self, key):
        for name, layer in zip(("argv", "environment", "file", "defaults"), self.maps):
            if key in layer:
                return name
        return None


options, rest = from_argv(ARGV)
config = Config(options, from_environment(ENVIRON), from_file(FILE), DEFAULTS)
for key in sorted(config):
    print(f"{key:<15} {config.get_resolved(key):<22} {config.origin(key)}")
print(rest, config.get("nothing"), "log.level" in config)
config["a"], config["b"] = "${b}", "${a}"
try:
    config.get_resolved("a")
except ValueError as error:
    print(error)
child = config.new_child({"server.port": "1"})
print(child["server.port"], config["server.port"], len(child.maps))
