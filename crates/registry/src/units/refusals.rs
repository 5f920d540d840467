//! The refusals that whoever keeps units and departments may meet, and those of what this module stands on.

pub use zaichang_platform::http::refusals::*;

zaichang_platform::refusals! {
    UNIT_NAME_WRONG "unit_name_wrong" 400
        ["名称不符合要求", "单位或科室的名称须为 2 至 100 个字，写在一行内。"]
        ["This cannot be a name", "A name of a unit or a department has 2 to 100 characters on one line."]
    UNIT_NAME_TAKEN "unit_name_taken" 409
        ["同一上级下已有同名单位或科室", "请核对是否重复，已停用的也计算在内；确为不同单位的，请在名称中加以区分。"]
        ["There is one of this name here already", "See whether it is the same one, closed ones counted; if not, tell the two apart by their names."]
    UNIT_CLOSED "unit_closed" 409
        ["该单位或科室已停用", "请先恢复使用，再修改。"]
        ["It has been closed", "Open it again before changing it."]
    UNIT_CLOSED_ABOVE "unit_closed_above" 409
        ["上级科室或所属单位已停用", "请先恢复上级，再恢复该科室。"]
        ["What it lies in is closed", "Open that again first."]
    UNIT_IN_USE "unit_in_use" 409
        ["该单位暂不能停用", "仍有下属单位、待审核的注册申请或尚未结束的课程，请先处理。"]
        ["It cannot be closed yet", "Units below it, registrations that wait for it or courses to come: please see to these first."]
    NOT_AN_INSTITUTION "not_an_institution" 409
        ["该操作只适用于单位", "省、市、县由行政区划确定，科室请在所属单位中管理。"]
        ["This is for institutions alone", "Regions are given by the divisions; departments are kept at their unit."]
    DEPARTMENTS_FULL "departments_full" 409
        ["该单位的科室数量已达上限", "一个单位最多 500 个科室，请先整理现有科室。"]
        ["The unit has all the departments that it may", "A unit has 500 departments at most: please tidy up what there is."]
    DEPARTMENT_TOO_DEEP "department_too_deep" 409
        ["科室层级过深", "科室最多四级，请选择较高一级的上级。"]
        ["Departments lie four deep at most", "Please choose a higher place for it."]
}
