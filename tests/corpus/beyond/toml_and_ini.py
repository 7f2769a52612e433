import configparser
import tomllib

doc = tomllib.loads('title = "x"\n[owner]\nborn = 1979-05-27T07:32:00Z\nage = 0x2A\n[[item]]\nname = "a"\nsizes = [1, 2.5]\n[[item]]\nname = """multi\nline"""\n')
print(doc, doc["owner"]["born"].isoformat(), [i["name"] for i in doc["item"]])
try:
    tomllib.loads("a = \n")
except tomllib.TOMLDecodeError:
    print("not TOML")
ini = configparser.ConfigParser()
ini.read_string("[DEFAULT]\nhome = /home\n[a]\npath = %(home)s/a\nflag = yes\nn = 5\n[b]\npath: ${home}\n")
print(ini.sections(), ini["a"]["path"], ini.getboolean("a", "flag"), ini.getint("a", "n") + 1, ini.get("b", "none", fallback="-"), dict(ini["b"]))
