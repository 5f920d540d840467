//! Where a browser's request comes from: a page of ours, or a stranger's that rides on our cookies.

use axum::http::{HeaderMap, header};

use super::Problem;
use crate::http::refusals;

/// The origins that may act with our cookies besides the address that was asked itself.
#[derive(Clone, Debug, Default)]
pub struct Origins(pub Vec<String>);

impl Origins {
    /// Accepts no Origin (not a browser), the host that was asked, and the declared ones.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
        let origin = origin.to_str().unwrap_or("");
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("");
        let of_page = origin.split_once("://").map_or("", |(_, host)| host);
        let ours = !host.is_empty() && of_page.eq_ignore_ascii_case(host);
        if ours || self.0.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin)) {
            return Ok(());
        }
        Err(refusals::ORIGIN_REFUSED.into())
    }

    /// The same, but a browser's Origin must be there: for what is done with an admin's cookie.
    pub fn demand(&self, headers: &HeaderMap) -> Result<(), Problem> {
        if !headers.contains_key(header::ORIGIN) {
            return Err(refusals::ORIGIN_REFUSED.into());
        }
        self.check(headers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_s_page_is_refused() {
        let origins = Origins(vec!["https://cme.example.cn".to_owned()]);
        let table = [
            (None, true),
            (Some("http://10.0.0.5:8080"), true),
            (Some("https://cme.example.cn"), true),
            (Some("https://evil.example"), false),
            (Some("http://10.0.0.5:8081"), false),
            (Some("null"), false),
            (Some("https://cme.example.cn.evil.example"), false),
        ];
        for (origin, accepted) in table {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, "10.0.0.5:8080".parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(origins.check(&headers).is_ok(), accepted, "{origin:?}");
        }
        assert!(origins.demand(&HeaderMap::new()).is_err());
    }
}
