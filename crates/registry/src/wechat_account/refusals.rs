//! The refusals that those who bind a WeChat account may meet, and those of what this module stands on.

pub use zaichang_platform::http::refusals::*;

zaichang_platform::refusals! {
    WECHAT_TICKET_INVALID "wechat_ticket_invalid" 410 wrong_guess
        ["绑定已超时或已完成", "请重新进入页面，再试一次。"]
        ["The binding has timed out or is done", "Please open the page again and try once more."]
}
