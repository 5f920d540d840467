//! What people see who have come to an address where nothing is: a page that says so and leads on. Programs, and everything
//! under `/api/`, are told by problem+json. It knows no module.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, Html, IntoResponse as _, Response};

use zaichang_platform::http::{Problem, Refusal};
use zaichang_platform::pages::{nonce, page_headers, policy};

/// What is not there, and what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Astray {
    /// Nothing is at this address.
    Address,
    /// A code's address without its code.
    Code,
    /// A screen's address whose end is no screen's number.
    Screen,
}

impl Astray {
    /// Title and next step, Chinese and English.
    const fn words(self) -> [&'static str; 4] {
        match self {
            Self::Address => [
                "未找到该页面",
                "This page does not exist",
                "网址可能有误。请核对后重新输入，或从下面进入。",
                "The address may be mistyped. Please check it, or go on from here.",
            ],
            Self::Code => [
                "网址中没有签到码",
                "This address holds no check-in code",
                "请用微信扫描会场屏幕上正在显示的二维码。",
                "Please scan the code now on the venue's screen with WeChat.",
            ],
            Self::Screen => [
                "未找到该屏幕",
                "There is no such screen",
                "请在管理端重新打开投屏；换一台电脑投屏时，请在那台电脑上选择“打开投屏”。",
                "Please reopen the screen in the console; on another computer, choose “Venue screen” there.",
            ],
        }
    }

    /// A page for a browser, problem+json for anybody else.
    pub fn answer(self, headers: &HeaderMap, https: bool) -> Response {
        if !wants_page(headers) {
            return Problem::from(Refusal::NotFound).into_response();
        }
        let Ok(nonce) = nonce() else { return Problem::from(Refusal::Internal).into_response() };
        let mut html = include_str!("astray.html").replace("__CSP_NONCE__", &nonce);
        let places = ["__TITLE__", "__TITLE_EN__", "__NEXT__", "__NEXT_EN__"];
        for (place, words) in places.into_iter().zip(self.words()) {
            html = html.replace(place, words);
        }
        let headers = page_headers(&policy(&nonce, "", "", ""), https);
        (StatusCode::NOT_FOUND, AppendHeaders(headers), Html(html)).into_response()
    }
}

/// Whether a page is asked for, as browsers do when an address is opened.
fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}
