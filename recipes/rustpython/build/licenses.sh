# Every crate linked into the program asks for its notice to be shipped: $OUT/rustpython/licenses/<crate>/<file>.
export CARGO_HOME=/build/cargo
cargo --config /recipe/cargo/config.toml tree --frozen --manifest-path /recipe/Cargo.toml \
    --target "$TARGET" --edges normal --no-dedupe --prefix none --format '{p}|{l}' | sort -u > /build/crates.txt
while read -r name version rest; do
    crate="/build/vendor/$name-${version#v}"
    crate=${crate%%|*}
    [ -d "$crate" ] || continue
    folder="$OUT/rustpython/licenses/$(basename "$crate")"
    find -L "$crate" -maxdepth 2 -type f \( -iname 'LICEN[CS]E*' -o -iname 'COPYING*' -o -iname 'NOTICE*' -o -iname '*-LICENSE' \) |
        while read -r file; do
            install -D -m 644 "$file" "$folder/$(basename "$file")"
        done
done < /build/crates.txt
