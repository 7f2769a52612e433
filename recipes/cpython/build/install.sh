# Runs install.py with the interpreter that make built, so that the byte code is its own.
. "$RECIPE/build/tools.sh"
case "$TARGET" in
  x86_64-*) set -- ;;            # in its build tree it finds its library by itself
  *) set -- -I ;;
esac
"$BUILD_PYTHON" "$@" -S "$RECIPE/build/install.py"
if [ -n "${PROFILE:-}" ]; then "$BUILD_PYTHON" "$@" -S "$RECIPE/build/profile_facts.py"; fi
