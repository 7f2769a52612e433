//! The `rustpython` command of the Light tier: upstream's shell and options around an interpreter whose standard
//! library is frozen into the program, so that one file is all there is to ship.

use std::process::ExitCode;

use rustpython::{InterpreterBuilder, InterpreterBuilderExt};

// glibc's malloc costs RustPython, which allocates nearly every object singly, a large part of its time.
// WASI has no mimalloc port; there the libc's own allocator stays.
#[cfg(not(target_family = "wasm"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    rustpython::run(InterpreterBuilder::new().init_stdlib())
}
