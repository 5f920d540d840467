//! The refusals that a registration may meet, and those of what this module stands on.

pub use zaichang_platform::http::refusals::*;

zaichang_platform::refusals! {
    PERSON_NOT_APPROVED "person_not_approved" 403
        ["注册尚未审核通过", "所在单位管理员审核通过后方可签到；单位为本人申报的，须先经主管部门确认。"]
        ["This registration has not been approved yet", "Check-in is possible once the unit's administrator has approved it; a unit that was proposed is confirmed by its authority first."]
    PERSON_INACTIVE "person_inactive" 403
        ["该账号已注销", "如有疑问，请联系所在单位管理员。"]
        ["This registration has been cancelled", "Please ask the unit's administrator."]
    PERSON_STATE_HOLDS "person_state_holds" 409
        ["该日已是此状态", "请核对人员页面的状态记录，选择其他状态或日期。"]
        ["The person is in this state on that day already", "Please look at the person's states, and choose another state or day."]
    PERSON_STATES_OVERLAP "person_states_overlap" 409
        ["与已有状态的日期重叠", "请核对人员页面的状态记录，调整起止日期；或先变更为“正常”，通过审核后再申请。"]
        ["Another state holds on some of these days", "Please look at the person's states and choose other days, or have the person set back to normal first."]
    PERSON_IS_CANCELLED "person_is_cancelled" 409
        ["该人员已注销", "请先将其变更为“正常”，通过审核后再申请。"]
        ["The person is cancelled", "Please have the person set back to normal first."]
    TITLE_DAY_TAKEN "title_day_taken" 409
        ["该日已登记另一职称", "请核对日期；原登记有误的，请先撤销后重新登记。"]
        ["Another title begins on this day", "Please check the day, or take the wrong entry out first."]
    TITLE_HOLDS "title_holds" 409
        ["该日已是此职称", "请核对职称与日期；日期有误的，请在工作信息中更正。"]
        ["The person has this title on that day already", "Please check title and day; a wrong day is put right among the person's work."]
    TITLE_IS_THE_ONLY_ONE "title_is_the_only_one" 409
        ["这是唯一的职称记录，不能撤销", "登记有误的，请在工作信息中更正。"]
        ["It is the only title there is", "Please put it right among the person's work instead."]
    NO_ID_CARD "no_id_card" 409
        ["注册证件不是居民身份证，不支持人脸核验", "请会务人员协助签到。"]
        ["A face check needs an ID card", "The staff can check this person in instead."]
}
