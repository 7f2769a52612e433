# Runs install.py with the interpreter that make built, or with its native twin, so that the byte code is its own.
. "$RECIPE/build/tools.sh"
"$BUILD_PYTHON" -S "$RECIPE/build/install.py"
if [ -n "${PROFILE:-}" ]; then "$BUILD_PYTHON" -S "$RECIPE/build/profile_facts.py"; fi
