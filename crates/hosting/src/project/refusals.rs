//! The refusals that a course may cause, and those of what this module stands on.

pub use zaichang_platform::auth::refusals::*;

zaichang_platform::refusals! {
    PROJECT_NOT_APPROVED "project_not_approved" 409
        ["该项目尚未通过审核", "审核通过后方可签到；审核进度请向项目申报单位查询。"]
        ["The project has not been approved", "Check-in opens once it is approved; the unit that applied for it can tell more."]
    PROJECT_NOT_SUBMITTED "project_not_submitted" 409
        ["该项目尚未上报", "请先由申报单位上报，审核通过后方可显示签到码；已退回的，修改后重新上报。"]
        ["The project has not been submitted", "Its unit submits it first; what was returned is changed and submitted again. Its code can be shown once it is approved."]
    PROJECT_REJECTED "project_rejected" 409
        ["该项目审核不通过", "审核不通过的项目不能举办，原因见项目页面。"]
        ["The project was rejected", "It cannot be held; the project's page says why."]
    PROJECT_CLOSED "project_closed" 409
        ["该项目已结束", "已结束的项目不能再变更。"]
        ["The project is closed", "What is closed is not changed any more."]
    PROJECT_UNIT_CLOSED "project_unit_closed" 409
        ["举办单位已停用", "停用的单位不能再变更或上报项目，请联系上级行政部门恢复该单位。"]
        ["The unit that holds the project has been closed", "A closed unit plans and submits nothing: ask the authority above it to open it again."]
    PROJECT_INCOMPLETE "project_incomplete" 409
        ["项目内容不完整", "请填写举办周期，并至少添加一门课程，然后上报。"]
        ["The project is not complete", "Please give it a period and a course, and submit it then."]
    PLAN_UNCHANGED "plan_unchanged" 409
        ["没有需要审核的变更", "请先修改举办周期、学分或学时，再上报。"]
        ["There is no change to be reviewed", "Please change the period, the credits or the hours first, and submit it then."]
    DAYS_HAVE_PASSED "days_have_passed" 409
        ["举办日期已过", "已开始或已过的举办日期不能变更，也不能新增过去的日期；请修改后重新上报。"]
        ["The days have passed", "A declared day that has begun cannot be changed, and none can be added in the past; please correct the period and submit it again."]
    JUDGES_ITSELF "judges_itself" 403
        ["不能审核本部门举办的项目", "请由上级行政部门的管理员审核。"]
        ["An authority does not judge what it hosts itself", "An admin of an authority above it judges the project."]
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
