# For bash (pipefail). Compiles and links: first the helper programs that make runs, linked from the machine code of the
# fat objects (each would cost a whole link-time code generation else), then the interpreter from their bitcode.
. "$RECIPE/build/tools.sh"
# Where link-time optimisation does not pay: hot loops in assembly (OpenSSL), in one source file already (SQLite), or
# nowhere. The link takes these from their machine code (-L/build/machine stands first), in half the time.
mkdir -p /build/machine
for name in ssl crypto sqlite3 zstd ncursesw panelw edit uuid ffi; do
  archive="$DEPS/lib/lib$name.a"
  case "$TARGET" in wasm32-*) continue ;; esac
  llvm-objcopy --remove-section=.llvm.lto "$archive" "/build/machine/lib$name.a"
done
case "$TARGET" in
  x86_64-*)
    make Programs/_freeze_module _bootstrap_python PY_CORE_LDFLAGS="$LIB_LDFLAGS ${EXTRA_LDFLAGS:-} -L$DEPS/lib" 2>&1 \
      | tee /build/make.log
    ;;
esac
details=
if grep -q '^build-details\.json:' Makefile; then details=build-details.json; fi   # new in 3.14
case "$TARGET" in
  wasm32-*) make python.wasm pybuilddir.txt $details 2>&1 | tee /build/make.log ;;
  *) make python pybuilddir.txt $details 2>&1 | tee -a /build/make.log ;;
esac
