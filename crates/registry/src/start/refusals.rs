//! The refusals that a link's holder may meet, and those of what this module stands on.

pub use zaichang_platform::http::refusals::*;

zaichang_platform::refusals! {
    ADMIN_LINK_WRONG "admin_link_wrong" 403 wrong_guess
        ["管理员链接无效", "请完整复制收到的链接（或服务器链接文件中的链接）后重新打开。"]
        ["This admin link is not valid", "Copy the whole link as it was given to you, or from its file on the server, and open it again."]
    ADMIN_LINK_EXPIRED "admin_link_expired" 410
        ["管理员链接已过期", "请联系为您生成链接的管理员重新生成；服务器上的链接，请运行 zaichang admin create 重新生成。"]
        ["This admin link has expired", "Ask the administrator who gave it to you for a new one; one of the server is made anew by zaichang admin create."]
    ADMIN_LINK_ENDED "admin_link_ended" 410
        ["管理员链接已使用或已失效", "每个链接只能使用一次，也可能已被撤回或替换，或因多次输入有误而失效。请使用最新生成的链接，或直接登录；如非本人使用，请联系为您生成链接的管理员或系统运维人员核查操作日志。"]
        ["This admin link was used or taken back", "Each link works once, and ends after ten wrong tries. Use the newest one, or log in. If it was not you who used it, ask the person who gave it to you, or who runs the server, to look at the audit log."]
    ADMIN_LINK_UNIT_CLOSED "admin_link_unit_closed" 410
        ["该单位已停用", "停用的单位不再设管理员，请联系为您生成链接的管理员。"]
        ["The unit of this link has been closed", "A closed unit takes no administrators: ask the person who gave you the link."]
    ADMIN_LINK_MESSAGES_USED_UP "admin_link_messages_used_up" 429
        ["该链接的短信验证码已发完", "每个链接最多发送 5 条短信验证码，由同一管理员生成的链接每日合计 50 条。请联系为您生成链接的管理员，核对手机号后重新生成；当日合计已满的，请次日再试。"]
        ["This link has had all its text messages", "A link has 5, and all that one administrator has made have 50 a day. Ask the person who gave it to you to check the number and make another one, tomorrow if the 50 are used up."]
    AUTHENTICATOR_TICKET_WRONG "authenticator_ticket_wrong" 409
        ["身份验证器的设置已失效", "请返回上一步重新设置：先在身份验证器中删除刚才添加的条目，再扫描新的二维码。"]
        ["This authenticator's set-up is of no use any more", "Go back a step and set it up again: delete the entry that was just added to the app, then scan the new code."]
    AUTHORITY_EXISTS "authority_exists" 409
        ["行政部门已建立", "其他管理员刚刚完成了建立，请重新打开链接，为该行政部门添加管理员。"]
        ["The authority is there already", "Another admin has just founded it: open the link again to become one of its admins."]
    REGION_NAME_TAKEN "region_name_taken" 409
        ["该区划的名称已被其他单位使用", "同级已有同名单位，但不是该区划，未作任何更改。请由系统运维人员核对该单位的名称、类别和区划代码后，再使用此链接。"]
        ["Another unit is called like this division", "A unit of that name is there already and is not this division; nothing was changed. Have its name, kind and division code put right, then use the link again."]
}
