//! The refusals that screens may meet, and those of what this module stands on.

pub use crate::checkin::refusals::*;

zaichang_platform::refusals! {
    PAIRING_INVALID "pairing_invalid" 410
        ["六位字符无效或已过期", "请核对那台电脑上正在显示的六位字符；十分钟后或使用一次后，请以新的字符为准。"]
        ["The six characters are not valid any more", "Please check those now on the other computer: they work once, within ten minutes."]
    TICKET_INVALID "ticket_invalid" 403
        ["投屏凭证无效或已使用", "请在管理端重新打开投屏。"]
        ["The ticket is not valid or has been used", "Please open the screen again from the console."]
}
