# Links every vendored crate into /build/vendor and puts the patched ones in place of theirs, under the checksum that
# Cargo.lock knows, so that the lock stays upstream's.
mkdir -p /build/vendor
ln -s "$VENDOR"/* /build/vendor/
for patch in /recipe/patches/*.patch; do
    name=$(basename "$patch" .patch)
    crate=$(cd "$VENDOR" && ls -d "$name"-[0-9]*)
    rm "/build/vendor/$crate"
    cp -R "$VENDOR/$crate" "/build/vendor/$crate"
    chmod -R u+w "/build/vendor/$crate"
    patch -d "/build/vendor/$crate" -p1 < "$patch"
    sed -i 's/"files":{[^}]*}/"files":{}/' "/build/vendor/$crate/.cargo-checksum.json"
done
