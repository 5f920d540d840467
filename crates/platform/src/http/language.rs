//! Which of the two languages a reader wants. Chinese unless English is asked for.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::refusal::{Refusal, Sentences};

/// The languages the service speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

impl Language {
    /// The better liked of the two by Accept-Language; Chinese when neither is named.
    pub fn of_headers(headers: &HeaderMap) -> Self {
        let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let liking = |tag: &str| {
            wanted
                .split(',')
                .filter_map(|range| {
                    let mut parts = range.split(';');
                    let named = parts.next()?.trim();
                    let primary = named.split('-').next()?;
                    let quality =
                        parts.find_map(|part| part.trim().strip_prefix("q=")?.parse().ok()).unwrap_or(1.0);
                    primary.eq_ignore_ascii_case(tag).then_some(quality)
                })
                .fold(0.0_f32, f32::max)
        };
        if liking("en") > liking("zh") { Self::English } else { Self::Chinese }
    }

    /// The BCP 47 tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// A refusal's sentences in this language.
    pub const fn of(self, refusal: Refusal) -> Sentences {
        match self {
            Self::Chinese => refusal.chinese(),
            Self::English => refusal.english(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of_headers(&parts.headers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_spoken_only_to_those_who_like_it_better() {
        let table = [
            ("", Language::Chinese),
            ("en", Language::English),
            ("en-GB,en;q=0.8", Language::English),
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Chinese),
            ("fr", Language::Chinese),
            ("zh;q=0.5, en;q=0.9", Language::English),
            ("*;q=oops,;;,", Language::Chinese),
        ];
        for (header, expected) in table {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, header.parse().unwrap());
            assert_eq!(Language::of_headers(&headers), expected, "{header}");
        }
    }
}
