# Leaves the program as $OUT/rustpython/{bin/rustpython | rustpython.wasm}.
built="/build/target/$TARGET/release"
mkdir -p "$OUT/rustpython"
case "$TARGET" in
wasm32-*)
    # LLVM's code generator for wasm leaves redundant locals and blocks; binaryen is made for them.
    wasm-opt -O3 --strip-debug --strip-producers "$built/rustpython.wasm" -o "$OUT/rustpython/rustpython.wasm"
    chmod 644 "$OUT/rustpython/rustpython.wasm"
    ;;
*)
    install -D -m 755 "$built/rustpython" "$OUT/rustpython/bin/rustpython"
    ;;
esac
