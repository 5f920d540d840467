//! The refusals that a registration may meet, and those of what this module stands on.

pub use zaichang_platform::http::refusals::*;

zaichang_platform::refusals! {
    PERSON_NOT_APPROVED "person_not_approved" 403
        ["注册尚未审核通过", "所在单位管理员审核通过后方可签到；单位为本人申报的，须先经主管部门确认。"]
        ["This registration has not been approved yet", "Check-in is possible once the unit's administrator has approved it; a unit that was proposed is confirmed by its authority first."]
    PERSON_INACTIVE "person_inactive" 403
        ["该账号已注销", "如有疑问，请联系所在单位管理员。"]
        ["This registration has been cancelled", "Please ask the unit's administrator."]
    NO_ID_CARD "no_id_card" 409
        ["注册证件不是居民身份证，不支持人脸核验", "请会务人员协助签到。"]
        ["A face check needs an ID card", "The staff can check this person in instead."]
}
