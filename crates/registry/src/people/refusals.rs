//! The refusals that a registration may meet, and those of what this module stands on.

pub use zaichang_platform::http::refusals::*;

zaichang_platform::refusals! {
    PERSON_NOT_APPROVED "person_not_approved" 403
        ["注册尚未通过单位审核", "所在单位管理员审核通过后方可签到。"]
        ["The unit has not approved this registration yet", "Check-in is possible once the unit's administrator has approved it."]
    PERSON_INACTIVE "person_inactive" 403
        ["该账号已注销", "如有疑问，请联系所在单位管理员。"]
        ["This registration has been cancelled", "Please ask the unit's administrator."]
    NO_ID_CARD "no_id_card" 409
        ["注册证件不是居民身份证，不支持人脸核验", "请会务人员协助签到。"]
        ["A face check needs an ID card", "The staff can check this person in instead."]
}
