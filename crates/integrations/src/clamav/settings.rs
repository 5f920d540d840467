//! Which `clamd` is asked.

use std::path::PathBuf;

use serde::Deserialize;
use zaichang_platform::settings::{self, MayBe};

/// Where `clamd` listens. Without one no file is scanned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Settings {
    #[serde(rename = "clamav_address")]
    pub address: Option<Address>,
}

/// `TCPSocket` or `LocalSocket` of clamd.conf.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Address {
    /// host:port
    Tcp(String),
    /// An absolute path.
    Socket(PathBuf),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("neither host:port nor an absolute path")]
pub struct AddressError;

impl TryFrom<String> for Address {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        if text.starts_with('/') {
            return Ok(Self::Socket(text.into()));
        }
        let (host, port) = text.rsplit_once(':').ok_or(AddressError)?;
        let port: u16 = port.parse().map_err(|_| AddressError)?;
        if host.is_empty() || host.contains('/') || port == 0 {
            return Err(AddressError);
        }
        Ok(Self::Tcp(text))
    }
}

impl settings::Settings for Settings {
    const MAY_BE: &'static [MayBe] = &[(
        "CLAMAV_ADDRESS",
        "请写成 主机:端口 或套接字的绝对路径，例如 127.0.0.1:3310 或 /run/clamav/clamd.ctl",
        "write it as host:port or as the absolute path of a socket, such as 127.0.0.1:3310 or /run/clamav/clamd.ctl",
    )];
}
