# Builds the interpreter for $TARGET. No variable set here depends on anything but the recipe, the target and the crates.
mkdir -p /build/bin
install -m 755 /recipe/bin/git /build/bin/git
export PATH="/build/bin:$PATH"

RUSTPYTHON_REVISION=$(sed -n 's/.*"sha1": *"\([0-9a-f]*\)".*/\1/p' "$VENDOR/rustpython-$VERSION/.cargo_vcs_info.json")
export RUSTPYTHON_REVISION
export RUSTPYTHON_RELEASE_LEVEL=final
# Where frozen modules say they come from (`__file__`, `sys.prefix`). Upstream would name the folder of the build and
# /usr/local; a folder that never exists keeps a CPython installed there from lending its modules to this interpreter.
export win_lib_path="/nonexistent/lib/python3.14"
export RUSTPYTHON_PREFIX=/nonexistent

# The `cc` crate compiles mimalloc and psm for the target and psm for build scripts, each with its own compiler.
triple=$(echo "$TARGET" | tr - _)
case "$TARGET" in
x86_64-*) flags="--target=x86_64-linux-gnu --sysroot=/sysroot" ;;
aarch64-*) flags="--target=aarch64-linux-gnu --sysroot=/sysroot" ;;
wasm32-*) flags="--target=wasm32-wasip1" ;;
esac
unset CC CXX CFLAGS CXXFLAGS CPPFLAGS LDFLAGS AR RANLIB RUSTFLAGS
export CC=clang AR=llvm-ar RANLIB=llvm-ranlib
export "CFLAGS_$triple=$flags"
export CARGO_HOME=/build/cargo

cargo --config /recipe/cargo/config.toml build --frozen --release --target "$TARGET" \
    --manifest-path /recipe/Cargo.toml --target-dir /build/target
