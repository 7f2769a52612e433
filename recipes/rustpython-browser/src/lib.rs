//! RustPython with its standard library frozen in, for JavaScript to call: one script an instance, and the three
//! functions it imports are all it can reach. `demo/slimepython.js` is the other side of this interface.

use std::{panic, slice};

use rustpython_vm::{Interpreter, PyResult, Settings, VirtualMachine, py_compile, scope::Scope};

/// What tracebacks and `sys.argv` call the script; in brackets, as it is no file, so that its lines are shown all the same.
const NAME: &str = "<script>";

mod host {
    #[link(wasm_import_module = "slimepython")]
    unsafe extern "C" {
        pub safe fn write(fd: i32, data: *const u8, length: usize);
        pub unsafe fn random(data: *mut u8, length: usize);
    }
}

fn write(fd: i32, data: &[u8]) {
    host::write(fd, data.as_ptr(), data.len());
}

/// The source of randomness that `.cargo/config` selects for the getrandom crate.
#[unsafe(no_mangle)]
unsafe extern "Rust" fn __getrandom_v03_custom(data: *mut u8, length: usize) -> Result<(), getrandom::Error> {
    unsafe { host::random(data, length) };
    Ok(())
}

/// Memory for JavaScript to put a script into.
#[unsafe(no_mangle)]
pub extern "C" fn alloc(length: usize) -> *mut u8 {
    Box::leak(vec![0; length].into_boxed_slice()).as_mut_ptr()
}

/// Run the UTF-8 script that `alloc` made room for, once an instance; gives its exit status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn run(source: *const u8, length: usize) -> u32 {
    // std has no stderr here: without this a panic would be a trap with no word about its cause.
    panic::set_hook(Box::new(|panic| write(2, format!("{panic}\n").as_bytes())));
    let source = String::from_utf8_lossy(unsafe { slice::from_raw_parts(source, length) });
    interpreter().run(|vm| run_script(vm, &source))
}

fn interpreter() -> Interpreter {
    let mut settings = Settings::default();
    settings.argv = vec![NAME.to_owned()];
    let builder = Interpreter::builder(settings);
    let mut modules = rustpython_stdlib::stdlib_module_defs(&builder.ctx);
    modules.push(posix::module_def(&builder.ctx));
    builder.add_native_modules(&modules).add_frozen_modules(rustpython_pylib::FROZEN_STDLIB).build()
}

fn run_script(vm: &VirtualMachine, source: &str) -> PyResult<()> {
    let streams = py_compile!(file = "streams.py", module_name = "streams");
    vm.run_code_obj(vm.ctx.new_code(streams), vm.new_scope_with_builtins())?;
    vm.import("site", 0)?; // exit(), help() and the like
    vm.run_string(vm.new_scope_with_main()?, source, NAME).map(drop)
}

#[rustpython_vm::pymodule]
mod posix {
    use super::*;
    use rustpython_vm::{Py, builtins::PyModule, function::ArgBytesLike};

    #[pyfunction]
    fn write(fd: i32, data: ArgBytesLike) -> usize {
        data.with_ref(|bytes| super::write(fd, bytes));
        data.len()
    }

    #[pyfunction]
    fn urandom(size: usize, vm: &VirtualMachine) -> PyResult<Vec<u8>> {
        let mut bytes = vec![0; size];
        getrandom::fill(&mut bytes).map_err(|error| vm.new_os_error(error.to_string()))?;
        Ok(bytes)
    }

    pub(crate) fn module_exec(vm: &VirtualMachine, module: &Py<PyModule>) -> PyResult<()> {
        __module_exec(vm, module);
        let rest = py_compile!(file = "posix.py", module_name = "posix");
        vm.run_code_obj(vm.ctx.new_code(rest), Scope::with_builtins(None, module.dict(), vm)).map(drop)
    }
}
