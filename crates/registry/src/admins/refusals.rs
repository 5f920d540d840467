//! The refusals that those who keep a unit's admins may meet, and those of what this module stands on.

pub use zaichang_platform::http::refusals::*;

zaichang_platform::refusals! {
    UNIT_TAKES_NO_ADMINS "unit_takes_no_admins" 409
        ["该单位不设管理员", "科室不设管理员账号，请在所属单位生成链接；单位已停用的，请先恢复使用。"]
        ["This unit takes no administrators", "A department has none: make the link at its unit. A closed unit is to be opened again first."]
    TOO_MANY_ADMIN_LINKS "too_many_admin_links" 409
        ["未使用的管理员链接过多", "请先撤回不再需要的链接，再生成新的链接。"]
        ["Too many links wait to be used", "Take back those that are not needed any more, and make the new one then."]
    ACCOUNT_DISABLED "account_disabled" 409
        ["该账号已停用", "请先启用该账号。"]
        ["This account is disabled", "Enable it first."]
    OWN_ACCOUNT "own_account" 409
        ["不能对本人账号进行此操作", "请由本单位的其他管理员或上级行政部门操作。"]
        ["Nobody does this to their own account", "Ask another administrator of the unit, or the authority above it."]
}
