//! Units: the tree province → city → county → unit → department. Everything a person or an admin may see hangs on it.

mod regions;

pub use regions::{NotFounded, Region, found};
