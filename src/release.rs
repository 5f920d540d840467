//! Which release this program is. It must not know who asks.

use std::sync::LazyLock;

use zaichang_platform::module::Release;

/// As Cargo.toml and the build have it.
pub const RELEASE: Release = Release { version: env!("CARGO_PKG_VERSION"), commit: env!("BUILD_COMMIT") };

/// In one line, for people and logs.
pub static IN_WORDS: LazyLock<String> = LazyLock::new(|| RELEASE.to_string());
