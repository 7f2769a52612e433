# Every crate linked into the program asks for its notice to be shipped: $OUT/rustpython/licenses/<crate>/<file>, and
# for the crates that carry no file of their own the list with each crate's licence, licenses/crates.txt.
export CARGO_HOME=/build/cargo
licenses="$OUT/rustpython/licenses"
mkdir -p "$licenses"
cargo --config /recipe/cargo/config.toml tree --frozen --manifest-path /recipe/Cargo.toml \
    --target "$TARGET" --edges normal --no-dedupe --prefix none --format '{p}|{l}' |
    sed -n 's/^\([^ ]*\) v\([^ |]*\)[^|]*|\(..*\)$/\1-\2 \3/p' | grep -v '^slimepython-' | LC_ALL=C sort -u > "$licenses/crates.txt"
while read -r crate license; do
    find -L "/build/vendor/$crate" -maxdepth 2 -type f \
        \( -iname 'LICEN[CS]E*' -o -iname 'COPYING*' -o -iname 'NOTICE*' -o -iname '*-LICENSE' \) |
        while read -r file; do
            install -D -m 644 "$file" "$licenses/$crate/$(basename "$file")"
        done
done < "$licenses/crates.txt"
