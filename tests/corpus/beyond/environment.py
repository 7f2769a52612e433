import os

os.environ["SLIME_TEST"] = "1"
print(os.environ.get("LC_ALL"), os.getenv("NOT_THERE", "default"), "SLIME_TEST" in os.environ)
print(sorted(k for k in os.environ if k.startswith("PYTHON")), os.path.expanduser("~") != "~", os.getcwd() != "")
