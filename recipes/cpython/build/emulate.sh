# Sourced by configure.sh. A cross build's configure guesses what a test program would have answered; guesses are wrong
# (a hash function for processors that cannot read unaligned, no tzset, no semaphores). Where the target's programs can be
# run, none is guessed: `emulate COMMAND...` rewrites ./configure so that each test program is started with COMMAND.
emulate() {
  printf 'int main(void) { return 42; }\n' > conftest.c
  cc conftest.c -o conftest
  status=0
  "$@" ./conftest || status=$?
  rm conftest conftest.c
  [ "$status" -eq 42 ] || { echo "$1 does not run the target's programs (status $status)" >&2; exit 1; }
  # AC_RUN_IFELSE's branch without a run ends its line here; what else asks for cross_compiling goes on with `; then`
  guess='if test "[$]cross_compiling" = yes$'
  # one of the calls is in the function for sizes, which compares constants while cross compiling
  [ "$(grep -c "$guess" configure)" -eq "$(($(grep -c 'ac_fn_c_try_run "[$]LINENO"' configure) - 1))" ] \
    || { echo "configure runs its tests in another way than emulate.sh knows" >&2; exit 1; }
  sed -i -e "s|$guess|if false|" -e "s@\(ac_try='\|&& \)\(\./conftest[$]ac_exeext\)@\1$* \2@" configure
  [ "$(grep -c "$1.* \./conftest" configure)" -eq 2 ] || { echo "configure starts its tests in another way" >&2; exit 1; }
}
