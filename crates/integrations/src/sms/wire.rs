//! One HTTP exchange with a provider: sent once, answered or not, its outcome classified as exactly as possible.
//! It must not know a provider, and nothing of a request may reach the log or an error from here.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, RequestBuilder};

use super::{Error, Refusal};

/// A user waits in front of a button: "try again" within seconds is better than half a minute of waiting.
const CONNECT: Duration = Duration::from_secs(3);
const WHOLE: Duration = Duration::from_secs(8);

/// Both providers answer in a few hundred bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

pub(super) struct ProviderResponse {
    pub status: u16,
    pub body: Vec<u8>,
}

pub(super) fn client() -> Result<Client, reqwest::Error> {
    once_only().build()
}

/// Whatever would send a request a second time is switched off: an SMS is not idempotent.
pub(super) fn once_only() -> ClientBuilder {
    Client::builder()
        .connect_timeout(CONNECT)
        .timeout(WHOLE)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
}

pub(super) async fn exchange(request: RequestBuilder) -> Result<ProviderResponse, Error> {
    let mut response = request.send().await.map_err(|error| classified(&error))?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| classified(&error))? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(Error::Malformed { status });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(ProviderResponse { status, body })
}

/// The error itself is dropped: it carries the address, and with it the phone and the code.
fn classified(error: &reqwest::Error) -> Error {
    if error.is_connect() || error.is_builder() {
        Error::Unreachable
    } else if error.is_timeout() {
        Error::Timeout
    } else {
        Error::Interrupted
    }
}

/// A refusal in the provider's words, cut down to what may stand in a log.
pub(super) fn refused(reason: Refusal, code: &str, request_id: &str) -> Error {
    Error::Refused { reason, code: plain(code), request_id: plain(request_id) }
}

/// Letters, digits and what joins them in codes and ids: a provider's message may repeat the phone, its code does not.
pub(super) fn plain(text: &str) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':' | '^');
    text.chars().filter(is_plain).take(64).collect()
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;
    use wiremock::matchers::path;
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::super::fixture;
    use super::*;

    async fn ask(address: impl std::fmt::Display) -> Result<ProviderResponse, Error> {
        exchange(fixture::client().post(format!("http://{address}/")).body("a message")).await
    }

    #[tokio::test]
    async fn a_provider_that_cannot_be_reached_was_sent_nothing() {
        let unreachable = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert_eq!(ask(unreachable).await.err(), Some(Error::Unreachable));
    }

    #[tokio::test]
    async fn a_provider_that_is_silent_may_have_sent_it() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        fixture::install_tls();
        let impatient = once_only().no_proxy().timeout(Duration::from_millis(200)).build().unwrap();
        let address = listener.local_addr().unwrap();
        let outcome = exchange(impatient.post(format!("http://{address}/")).body("a message")).await;
        assert_eq!(outcome.err(), Some(Error::Timeout));
    }

    #[tokio::test]
    async fn a_line_that_breaks_before_the_answer_is_not_tried_again() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let provider = tokio::spawn(async move {
            let (mut first, _) = listener.accept().await.unwrap();
            let mut received = [0; 4096];
            let length = first.read(&mut received).await.unwrap();
            drop(first);
            assert!(length > 0);
            listener
        });
        assert_eq!(ask(address).await.err(), Some(Error::Interrupted));
        let listener = provider.await.unwrap();
        let again = tokio::select! {
            biased;
            _ = listener.accept() => true,
            () = std::future::ready(()) => false,
        };
        assert!(!again, "the request was sent twice");
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_is_not_followed() {
        let server = MockServer::start().await;
        let elsewhere = ResponseTemplate::new(307).insert_header("location", "/elsewhere");
        Mock::given(path("/")).respond_with(elsewhere).expect(1).mount(&server).await;
        Mock::given(path("/elsewhere"))
            .respond_with(ResponseTemplate::new(200))
            .expect(0)
            .mount(&server)
            .await;
        assert_eq!(ask(server.address()).await.unwrap().status, 307);
    }

    #[tokio::test]
    async fn an_endless_answer_is_cut_off() {
        let server = MockServer::start().await;
        let endless = ResponseTemplate::new(200).set_body_bytes(vec![b' '; LONGEST_ANSWER + 1]);
        Mock::given(path("/")).respond_with(endless).mount(&server).await;
        assert_eq!(ask(server.address()).await.err(), Some(Error::Malformed { status: 200 }));
    }

    #[test]
    fn only_plain_characters_of_a_providers_words_are_kept() {
        assert_eq!(plain("isv.MOBILE_NUMBER_ILLEGAL"), "isv.MOBILE_NUMBER_ILLEGAL");
        assert_eq!(plain("code\u{1b}[31m\n号码 x"), "code31mx");
        assert_eq!(plain(&"a".repeat(1000)).len(), 64);
    }
}
