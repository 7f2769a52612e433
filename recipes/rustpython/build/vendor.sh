# Links every vendored crate into /build/vendor and puts the patched ones in place of theirs, under the checksum that
# Cargo.lock knows, so that the lock stays upstream's:
# - rustpython-derive-impl orders frozen modules and attributes by randomly seeded maps, so no two builds were equal;
# - rustpython-vm calls itself 3.14.0 alpha whatever Lib/ it carries, so scripts that compare versions went astray.
mkdir -p /build/vendor
ln -s "$VENDOR"/* /build/vendor/
for patch in /recipe/patches/*.patch; do
    crate="$(basename "$patch" .patch)-$VERSION"
    rm "/build/vendor/$crate"
    cp -R "$VENDOR/$crate" "/build/vendor/$crate"
    chmod -R u+w "/build/vendor/$crate"
    patch -d "/build/vendor/$crate" -p1 < "$patch"
    sed -i 's/"files":{[^}]*}/"files":{}/' "/build/vendor/$crate/.cargo-checksum.json"
done
