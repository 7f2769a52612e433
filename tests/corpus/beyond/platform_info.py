import os
import platform

print(platform.python_implementation(), platform.python_version(), platform.python_compiler())
print(platform.system(), platform.machine(), platform.python_build()[0] != "")
print(os.name, os.sep, os.linesep.encode())
