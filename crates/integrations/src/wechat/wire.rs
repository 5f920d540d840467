//! One HTTP exchange with WeChat: sent once, answered or not, its outcome classified as exactly as possible.
//! It must not know a call, and nothing of a request may reach the log or an error from here: addresses hold tokens.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, RequestBuilder};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Error;
use super::errcode::Code;

/// A user waits in front of a page: another way to log in within seconds is better than half a minute of waiting.
const CONNECT: Duration = Duration::from_secs(2);
const WHOLE: Duration = Duration::from_secs(3);

/// WeChat answers in a few hundred bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

struct RawResponse {
    status: u16,
    body: Vec<u8>,
}

/// WeChat says what went wrong in the body, with HTTP 200. What is left out went well.
#[derive(Deserialize)]
struct ErrorCode {
    #[serde(default)]
    errcode: i64,
}

/// Whatever would send a request a second time is switched off: most of what is sent here works once.
pub(super) fn client() -> Result<Client, reqwest::Error> {
    once_only().build()
}

fn once_only() -> ClientBuilder {
    Client::builder()
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        // WeChat closes idle lines: one that it has just closed would look like a line that broke.
        .pool_idle_timeout(Duration::from_secs(20))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
}

/// What WeChat answers, or why there is no answer.
pub(super) async fn ask<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Error> {
    understood(&exchange(request).await?)
}

async fn exchange(request: RequestBuilder) -> Result<RawResponse, Error> {
    let mut response = request.send().await.map_err(|error| classified(&error))?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| classified(&error))? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(Error::Malformed { status });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(RawResponse { status, body })
}

/// WeChat's message is dropped: it may repeat what was sent. Its code is enough.
fn understood<T: DeserializeOwned>(answer: &RawResponse) -> Result<T, Error> {
    let malformed = || Error::Malformed { status: answer.status };
    let verdict: ErrorCode = serde_json::from_slice(&answer.body).map_err(|_| malformed())?;
    match (verdict.errcode, answer.status) {
        (0, 200) => serde_json::from_slice(&answer.body).map_err(|_| malformed()),
        (0, _) => Err(malformed()),
        (code, _) => Err(Error::Refused(Code(code))),
    }
}

/// The error itself is dropped: it carries the address, and with it the token.
fn classified(error: &reqwest::Error) -> Error {
    if error.is_connect() || error.is_builder() {
        Error::Unreachable
    } else if error.is_timeout() {
        Error::Timeout
    } else {
        Error::Interrupted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Openid {
        openid: String,
    }

    fn read(status: u16, body: &str) -> Result<Openid, Error> {
        understood(&RawResponse { status, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn an_error_stands_in_the_body_whatever_the_status() {
        let openid = Openid { openid: "o1".to_owned() };
        assert_eq!(read(200, r#"{"openid":"o1"}"#), Ok(openid));
        assert_eq!(
            read(200, r#"{"errcode":0,"errmsg":"ok","openid":"o1"}"#).map(|read| read.openid),
            Ok("o1".into())
        );
        assert_eq!(read(200, r#"{"errcode":40029,"errmsg":"x"}"#), Err(Error::Refused(Code(40029))));
        assert_eq!(read(412, r#"{"errcode":-1,"errmsg":"x"}"#), Err(Error::Refused(Code(-1))));
    }

    #[test]
    fn an_answer_that_makes_no_sense_is_taken_for_neither() {
        for (status, body) in [
            (200, ""),
            (200, "<html>"),
            (200, "[]"),
            (200, "{}"),
            (200, r#"{"errcode":"x"}"#),
            (200, r#"{"openid":7}"#),
            (502, "Bad Gateway"),
            (500, r#"{"openid":"o1"}"#),
        ] {
            assert_eq!(read(status, body), Err(Error::Malformed { status }), "{body}");
        }
    }
}
