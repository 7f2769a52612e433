# Configures CPython in place. EXTRA_CFLAGS (optional) goes to the interpreter's own code: profile flags.
. "$RECIPE/build/tools.sh"

# Where the interpreter looks when no library lies near it: nowhere. Under WASI the tree is mapped to /python.
prefix=/nonexistent/python
case "$TARGET" in wasm32-*) prefix=/python ;; esac
# PROFILE (a recipe file) is the recorded profile; the training build has none
if [ -n "${PROFILE:-}" ] && [ -z "${EXTRA_CFLAGS:-}" ]; then
  EXTRA_CFLAGS="-fprofile-instr-use=$RECIPE/$PROFILE -Wprofile-instr-out-of-date -Wprofile-instr-missing -Wno-profile-instr-unprofiled"
fi

set -- --prefix="$prefix" --build=x86_64-linux-gnu --host="$CHOST" \
  --disable-shared --disable-test-modules --without-ensurepip --with-computed-gotos
# OPT without -g: debug information would carry paths, and doubles the objects
export OPT="-O3 -Wall"
export PKG_CONFIG_LIBDIR="$DEPS/lib/pkgconfig"
export MODULE_BUILDTYPE=static
export CFLAGS_NODIST="$LIB_CFLAGS ${EXTRA_CFLAGS:-} -I$DEPS/include"
export LDFLAGS_NODIST="$LIB_LDFLAGS $LIB_CFLAGS ${EXTRA_CFLAGS:-} -L/build/machine -L$DEPS/lib"

case "$TARGET" in
  wasm32-*)
    export CONFIG_SITE=/build/src/Tools/wasm/wasi/config.site-wasm32-wasi
    [ -e "$CONFIG_SITE" ] || export CONFIG_SITE=/build/src/Tools/wasm/config.site-wasm32-wasi
    export py_cv_module__ctypes=n/a
    # Nothing in the sandbox runs WASI programs, so what its test programs would answer stands here and in CONFIG_SITE.
    export ac_cv_aligned_required=no                 # WebAssembly reads and writes at any address
    export ac_cv_posix_semaphores_enabled=no         # wasi-libc without threads has no sem_open
    export CFLAGS_CEVAL=-finline-max-stacksize=512   # for clang 22, as configure chooses where it may run a program
    set -- "$@" --with-build-python="$BUILD_PYTHON" --with-suffix=.wasm --disable-ipv6
    # clang would run wasm-opt after each link; install.py does once, at the end
    export LDFLAGS_NODIST="$LDFLAGS_NODIST --no-wasm-opt"
    ;;
  *)
    # shellcheck disable=SC2086 # a list of words
    set -- "$@" ${NATIVE_OPTIONS:-} --enable-loadable-sqlite-extensions --with-readline=editline --enable-ipv6
    export LIBEDIT_CFLAGS="-I$DEPS/include" LIBEDIT_LIBS="-L$DEPS/lib -ledit -lncursesw"
    export LDFLAGS_NODIST="$LDFLAGS_NODIST -pie -static-libgcc -Wl,--lto-O3 -Wl,--exclude-libs,ALL -Wl,--gc-sections -Wl,-O2"
    ;;
esac
case "$TARGET" in
  aarch64-*)
    . "$RECIPE/build/emulate.sh"
    emulate qemu-aarch64 -L "$SYSROOT"
    # files of the machine that it will run on: every Linux has the one, AIX the other
    export ac_cv_file__dev_ptmx=yes ac_cv_file__dev_ptc=no
    set -- "$@" --with-build-python="$BUILD_PYTHON"
    ;;
esac
# Tk, GNU dbm and Berkeley DB are not part of this build
export py_cv_module__tkinter=n/a py_cv_module__gdbm=n/a py_cv_module__dbm=n/a
./configure "$@"
