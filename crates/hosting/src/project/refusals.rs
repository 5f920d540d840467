//! The refusals that a course may cause, and those of what this module stands on.

pub use zaichang_platform::auth::refusals::*;

zaichang_platform::refusals! {
    PROJECT_NOT_APPROVED "project_not_approved" 409
        ["该项目尚未通过审核", "审核通过后方可签到；审核进度请向项目申报单位查询。"]
        ["The project has not been approved", "Check-in opens once it is approved; the unit that applied for it can tell more."]
    OUTSIDE_PERIOD "outside_period" 409
        ["今天不在申报的举办周期内", "请核对项目申报的举办日期。"]
        ["Today is outside the declared period", "Please check the dates that the project was declared for."]
    COURSE_NOT_OPEN "course_not_open" 409
        ["签到尚未开始", "请在签到开放后再试；签到时间由会务人员在课程设置中确定。"]
        ["Check-in has not opened yet", "Please try again once it is open; staff set the hours in the course's settings."]
    COURSE_OVER "course_over" 409
        ["今天的签到已结束", "如有人员到场而未签到，会务人员可在课程设置中延长签到时间；已结束的项目不再接受签到。"]
        ["Today's check-in is over", "For somebody who was present staff may extend the hours in the course's settings; a closed project takes no more."]
    FACE_PROVIDER_MISSING "face_provider_missing" 409
        ["未配置人脸核验服务", "请先由系统管理员配置人脸核验服务，再开启此项。"]
        ["No face check provider is configured", "Have one configured before switching this on."]
    DISTANCES_NOT_COLLECTED "distances_not_collected" 409
        ["本系统未启用位置核对", "请先由系统管理员启用，再填写会场位置。"]
        ["This deployment collects no distances", "Have that switched on before giving the hall's location."]
}
