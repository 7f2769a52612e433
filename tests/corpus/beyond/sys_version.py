import sys

print(sys.version)
print(sys.implementation.name, sys.implementation.cache_tag, sys.version_info[:3], sys.hexversion)
print(sys.api_version, sys.maxsize, sys.byteorder, sys.float_info.dig, sys.int_info)
print(sys.executable != "", sys.prefix == sys.base_prefix)
