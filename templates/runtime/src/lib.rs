//! The runtime of rendered clients as a crate of its own, so that it has tests: a client without
//! operations. This file is the only one that is not copied into clients.

#[cfg(test)]
#[path = "../tests/it/main.rs"]
mod it;
#[path = "mod.rs"]
#[allow(dead_code, reason = "rendered code uses the rest")]
mod runtime;

pub use runtime::*;
