# Runs the instrumented interpreter: CPython's own task for this purpose, then the workloads beside it, which weigh more
# than their running time: the tests alone leave json and pickle behind.
cd /build/src
profiles=/build/profiles
mkdir -p "$profiles/tests" "$profiles/work"
cat /proc/uptime
# Single tests may fail for the sandbox's sake (no network, no time zones): the counters are what matters.
LLVM_PROFILE_FILE="$profiles/tests/%8m.profraw" ./python -m test --pgo --timeout=1200 || echo "some tests failed"
cat /proc/uptime
for script in "$RECIPE"/train/work_*.py; do
  LLVM_PROFILE_FILE="$profiles/work/%8m.profraw" ./python "$script"
done
# start-up, as a script runner sees it
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
  LLVM_PROFILE_FILE="$profiles/work/%8m.profraw" ./python -I -c 'import json, re, dataclasses, collections, enum'
done
cat /proc/uptime
llvm-profdata merge -o "$profiles/tests.profdata" "$profiles"/tests/*.profraw
llvm-profdata merge -o "$profiles/work.profdata" "$profiles"/work/*.profraw
llvm-profdata merge -o "$OUT/profile.profdata" \
  --weighted-input=1,"$profiles/tests.profdata" --weighted-input=6,"$profiles/work.profdata"
./python "$RECIPE/train/describe.py"
