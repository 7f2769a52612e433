"""Starts an installed interpreter, natively or in wasm, with nothing inherited that could change the answer."""
