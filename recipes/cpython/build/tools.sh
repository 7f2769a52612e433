# Sourced by the other scripts: puts plain names (cc, c++, ar) for the target's tools on PATH, so that what the interpreter
# remembers of its build (sysconfig) holds on the user's machine too, and splits the flags: users' extension modules get
# CPython's own, the interpreter gets the target's besides.
tools=/build/tools
mkdir -p "$tools"
script() { printf '#!/bin/sh\nexec %s "$@"\n' "$2" > "$tools/$1"; chmod +x "$tools/$1"; }
script cc "$CC"
script c++ "$CXX"
script ar "$AR"
script ranlib "$RANLIB"
script readelf llvm-readelf
PATH="$tools:$PATH"
LIB_CFLAGS=$CFLAGS
LIB_LDFLAGS=$LDFLAGS
unset CC CXX AR RANLIB NM STRIP OBJCOPY READELF CFLAGS CXXFLAGS LDFLAGS
export CC=cc CXX=c++ AR=ar RANLIB=ranlib READELF=readelf
minor=${VERSION%.*}          # 3.14
case "$TARGET" in
  x86_64-*) BUILD_PYTHON=/build/src/python ;;
  *) BUILD_PYTHON="$NATIVE/cpython/python/bin/python$minor" ;;
esac
