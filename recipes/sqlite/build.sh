# Compiles the amalgamation with the target's compiler and the options scripts expect (those of the common distributions).
options="-DSQLITE_ENABLE_FTS3 -DSQLITE_ENABLE_FTS3_PARENTHESIS -DSQLITE_ENABLE_FTS3_TOKENIZER -DSQLITE_ENABLE_FTS4
 -DSQLITE_ENABLE_FTS5 -DSQLITE_ENABLE_RTREE -DSQLITE_ENABLE_GEOPOLY -DSQLITE_ENABLE_MATH_FUNCTIONS
 -DSQLITE_ENABLE_COLUMN_METADATA -DSQLITE_ENABLE_DBSTAT_VTAB -DSQLITE_ENABLE_STMTVTAB -DSQLITE_ENABLE_SESSION
 -DSQLITE_ENABLE_PREUPDATE_HOOK -DSQLITE_ENABLE_DESERIALIZE
 -DSQLITE_USE_URI=1 -DSQLITE_MAX_VARIABLE_NUMBER=250000 -DSQLITE_SOUNDEX"
case "$TARGET" in
  wasm32-*)
    # WASI: one thread, no shared memory (hence no write-ahead log), no locks, no loadable code
    options="$options -DSQLITE_THREADSAFE=0 -DSQLITE_OMIT_WAL -DSQLITE_MAX_MMAP_SIZE=0 -DSQLITE_OMIT_LOAD_EXTENSION
 -DSQLITE_DEFAULT_UNIX_VFS=\"unix-none\" -DLONGDOUBLE_TYPE=double
 -D_WASI_EMULATED_GETPID -D_WASI_EMULATED_SIGNAL -D_WASI_EMULATED_PROCESS_CLOCKS -D_WASI_EMULATED_MMAN"
    libs= ;;
  *)
    options="$options -DSQLITE_THREADSAFE=1 -DSQLITE_ENABLE_UNLOCK_NOTIFY -DHAVE_USLEEP=1 -DHAVE_FDATASYNC=1
 -DHAVE_GMTIME_R=1 -DHAVE_LOCALTIME_R=1 -DHAVE_PREAD=1 -DHAVE_PWRITE=1 -DHAVE_STRCHRNUL=1 -DHAVE_MALLOC_USABLE_SIZE=1"
    libs="-lpthread -ldl -lm" ;;
esac
# shellcheck disable=SC2086 # lists of flags
$CC $CFLAGS $options -c sqlite3.c -o sqlite3.o
$AR rcs libsqlite3.a sqlite3.o
install -Dm644 libsqlite3.a "$OUT/lib/libsqlite3.a"
install -Dm644 sqlite3.h "$OUT/include/sqlite3.h"
install -Dm644 src/sqlite3ext.h "$OUT/include/sqlite3ext.h"
install -Dm644 LICENSE.md "$OUT/licenses/sqlite/LICENSE.md"
mkdir -p "$OUT/lib/pkgconfig"
cat > "$OUT/lib/pkgconfig/sqlite3.pc" <<END
Name: SQLite
Description: SQL database engine
Version: $VERSION
Libs: -L$DEPS/lib -lsqlite3 $libs
Cflags: -I$DEPS/include
END
