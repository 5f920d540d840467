//! The program and the device that a scan comes from. Clients choose their device id: it binds a pass and proves no identity.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::response::AppendHeaders;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::checkin::refusals;
use zaichang_platform::auth::{ClientKind, Guard};
use zaichang_platform::http::{Problem, cookies};

/// Browsers keep a cookie for 400 days at most.
const COOKIE_LIFE_S: i64 = 400 * 24 * 3600;

/// What a client says of itself.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Client {
    pub kind: ClientKind,
    /// 8 to 64 visible ASCII characters; required from `wechat` and `app`, left out by `h5`, whose device is a cookie.
    #[schema(min_length = 8, max_length = 64)]
    pub device_id: Option<String>,
    /// WeChat's launch scene.
    pub scene: Option<u16>,
}

/// First 16 bytes of SHA-256 over client kind and device id: two programs on one phone are two devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Device(pub [u8; 16]);

impl Device {
    pub fn of(kind: ClientKind, device_id: &str) -> Self {
        let digest = Sha256::new()
            .chain_update(b"zaichang/device/v1\0")
            .chain_update(kind.word())
            .chain_update([0])
            .chain_update(device_id)
            .finalize();
        Self(digest[..16].try_into().expect("SHA-256 is longer than 16 bytes"))
    }
}

/// The header that gives a browser its device cookie, if it had none.
pub type NewCookie = Option<AppendHeaders<[(HeaderName, HeaderValue); 1]>>;

impl Client {
    /// The device that a request comes from. A browser without one is given one.
    pub fn device(&self, browser: Browser, guard: &Guard) -> Result<(Device, NewCookie), Problem> {
        match (self.kind, self.device_id.as_deref()) {
            (ClientKind::H5, _) => browser.device(guard),
            (kind, Some(id)) if is_device_id(id) => Ok((Device::of(kind, id), None)),
            (_, Some(_)) => Err(Problem::field("client.device_id", "it is 8 to 64 visible ASCII characters")),
            (_, None) => Err(Problem::field("client.device_id", "it is required from this kind of client")),
        }
    }
}

/// The device that a browser's cookie names, if it sent one.
#[derive(Clone, Copy, Debug)]
pub struct Browser(Option<Device>);

impl<S: Send + Sync> FromRequestParts<S> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let id = cookies::sent(&parts.headers, cookies::DEVICE).filter(|id| is_device_id(id));
        Ok(Self(id.map(|id| Device::of(ClientKind::H5, id))))
    }
}

impl Browser {
    /// Its device; a new one if it has none yet.
    pub fn device(self, guard: &Guard) -> Result<(Device, NewCookie), Problem> {
        if let Self(Some(device)) = self {
            return Ok((device, None));
        }
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|_| refusals::INTERNAL)?;
        let id = hex::encode(random);
        let device = Device::of(ClientKind::H5, &id);
        let cookie = cookies::set(cookies::DEVICE, id, COOKIE_LIFE_S, guard.secure, false);
        Ok((device, Some(AppendHeaders([cookies::header(&cookie)]))))
    }
}

/// Whether this can be a device id.
fn is_device_id(id: &str) -> bool {
    (8..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}
