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
    COLLEAGUE_NEEDED "colleague_needed" 409
        ["密码与第二道验证须由两位管理员分别重置", "该账号的另一项由您重置，持有人尚未完成设置。请由本单位另一位拥有全部权限的管理员重置这一项，或在持有人完成设置后再操作。"]
        ["Password and second step are reset by two administrators", "You have reset the other one, and its holder has not used that yet. Ask another administrator of the unit with all rights to do this one, or wait until they have."]
    AUTHORITY_NEEDED "authority_needed" 409
        ["密码与第二道验证须由两位管理员分别重置", "该账号的另一项由您重置，持有人尚未完成设置。本单位没有其他拥有全部权限的管理员，请联系上级行政部门的管理员重置这一项。"]
        ["Password and second step are reset by two administrators", "You have reset the other one, and its holder has not used that yet. The unit has no other administrator with all rights: ask one of the authority above it to do this one."]
    OPERATOR_NEEDED "operator_needed" 409
        ["密码与第二道验证须由两位管理员分别重置", "该账号的另一项由您重置，持有人尚未完成设置。没有其他管理员可以操作，请系统运维人员运行 zaichang admin create，新增一位管理员后由其重置这一项。"]
        ["Password and second step are reset by two administrators", "You have reset the other one, and its holder has not used that yet. There is no other administrator: have who runs the server run zaichang admin create, and the administrator who comes in by that do this one."]
    OWN_ACCOUNT "own_account" 409
        ["不能对本人账号进行此操作", "请由本单位的其他管理员或上级行政部门操作。"]
        ["This cannot be done to your own account", "Ask another administrator of the unit, or the authority above it."]
}
