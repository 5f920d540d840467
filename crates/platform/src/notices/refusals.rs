//! The refusals that readers of notices and those who look after their sending may meet, and those of what this module stands on.

pub use crate::auth::refusals::*;

crate::refusals! {
    DELIVERY_UNDER_WAY "delivery_under_way" 409
        ["该短信正在发送", "请一分钟后刷新列表，查看结果后再决定是否重新发送。"]
        ["This message is being sent", "Please load the list again in a minute, and see what came of it first."]
    DELIVERY_NOT_STUCK "delivery_not_stuck" 409
        ["该短信已在等待发送，或已发送成功", "请刷新列表查看结果，不必重新发送。"]
        ["This message waits to be sent, or was sent", "Please load the list again: it need not be sent once more."]
    FORMER_PHONE_FORGOTTEN "former_phone_forgotten" 409
        ["原手机号已不再保留，不能重新发送", "原手机号只保留一天。请以其他方式告知本人。"]
        ["The former phone is kept no longer: it cannot be sent again", "It is kept for a day. Please tell the person in another way."]
}
