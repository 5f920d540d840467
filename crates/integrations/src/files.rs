//! Where files are kept: the port of `platform::files`, fulfilled by this node's disk.

mod local;

pub use local::LocalStore;
