//! The refusals that an admin who announces something may meet.

pub use zaichang_platform::http::refusals::*;

zaichang_platform::refusals! {
    ANNOUNCEMENT_WITHDRAWN "announcement_withdrawn" 409
        ["该公告已撤回", "已撤回的公告不能修改或再次发布，请新建公告。"]
        ["The announcement was withdrawn", "One that was withdrawn is neither changed nor published again: please write a new one."]
    ANNOUNCEMENT_PUBLISHED "announcement_published" 409
        ["该公告已发布", "请刷新后查看；如需停止显示，请撤回该公告。"]
        ["The announcement is published already", "Please load it again. Withdraw it if it is to be read no longer."]
    ANNOUNCEMENTS_FULL "announcements_full" 409
        ["本单位正在显示的公告已达 200 条", "请先撤回较早的公告，或为其设置显示截止时间。"]
        ["200 announcements of your unit are shown already", "Please withdraw older ones, or say until when they are shown."]
    ANNOUNCEMENTS_USED "announcements_used" 429
        ["本单位 24 小时内新建的公告已达 50 条", "请修改已有草稿，或明天再新建。"]
        ["Your unit has written 50 announcements within 24 hours", "Please change a draft that is there, or write a new one tomorrow."]
    ANNOUNCEMENT_ENDS_BEFORE "announcement_ends_before" 400
        ["显示截止时间须晚于发布时间", "请修改显示截止时间。"]
        ["It would end before it is published", "Please choose a later time until which it is shown."]
}
