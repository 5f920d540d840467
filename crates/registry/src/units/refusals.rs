//! The refusals that an admin who keeps units and departments may meet, and those of what this module stands on.

pub use zaichang_platform::http::refusals::*;

zaichang_platform::refusals! {
    UNIT_NAME_WRONG "unit_name_wrong" 400
        ["名称不符合要求", "单位或科室的名称须为 2 至 100 个字，写在一行内，不含看不见的字符（如从表格复制时带入的零宽空格）。"]
        ["This cannot be a name", "A name of a unit or a department has 2 to 100 characters on one line, all of which can be seen: no zero-width spaces, for instance."]
    UNIT_NAME_TAKEN "unit_name_taken" 409
        ["同一上级下已有同名单位或科室", "请核对是否重复，已停用的也计算在内；确为不同单位的，请在名称中加以区分。"]
        ["There is one of this name here already", "See whether it is the same one, closed ones counted; if not, tell the two apart by their names."]
    UNIT_IS_ANOTHERS "unit_is_anothers" 409
        ["该区划内已有同名单位，由其他主管部门管理", "请勿重复新增，请转交上级主管部门处理。"]
        ["Another authority has a unit of this name in this division", "Please do not enter it twice: hand it up to the authority above."]
    UNIT_ALIASES_FULL "unit_aliases_full" 409
        ["该单位的别名已达 10 个", "申报的名称须存为别名。请先在单位页面删除不再使用的别名。"]
        ["This unit has 10 aliases already", "The proposed name is to be kept as one: please take one away on the unit's page first."]
    UNIT_NAME_IS_A_DIVISION "unit_name_is_a_division" 409
        ["该名称是下级行政区划的名称", "请填写单位的全称，例如在区县名称后写明机构名称。"]
        ["A division below is called so", "Please enter the unit's full name, with what kind of institution it is."]
    UNIT_CLOSED "unit_closed" 409
        ["该单位或科室已停用", "请先恢复使用，再修改。"]
        ["It has been closed", "Open it again before changing it."]
    UNIT_CLOSED_ABOVE "unit_closed_above" 409
        ["上级科室或所属单位已停用", "请先恢复其上级，或选择其他上级。"]
        ["What it lies in is closed", "Open that again first, or choose another place."]
    UNIT_SUPERVISED_SO "unit_supervised_so" 409
        ["该单位已由此部门主管", "请选择其他主管部门。"]
        ["This authority supervises it already", "Please choose another one."]
    UNIT_IN_USE "unit_in_use" 409
        ["该单位暂不能停用", "仍有下属单位或尚未结束的课程，请先处理。"]
        ["It cannot be closed yet", "Units below it or courses to come: please see to these first."]
    UNIT_HAS_UNITS "unit_has_units" 409
        ["该单位暂不能合并", "该单位下仍有使用中的单位，请先调整其主管部门或停用。"]
        ["It cannot be merged yet", "Open units lie in it: please move or close these first."]
    UNIT_MERGED "unit_merged" 409
        ["该单位已并入其他单位", "合并不能撤销；请在并入的单位中办理。"]
        ["It has been merged into another unit", "That is not undone: please go to the unit that has taken it in."]
    UNIT_MERGE_RUNS "unit_merge_runs" 409
        ["上一次合并尚未完成", "正在转移人员，请稍后再试。"]
        ["Another merge is not finished yet", "People are still being moved: please try again later."]
    NOT_AN_INSTITUTION "not_an_institution" 409
        ["该操作只适用于单位", "省、市、县由行政区划确定，科室请在所属单位中管理。"]
        ["This is for institutions alone", "Regions are given by the divisions; departments are kept at their unit."]
    UNITS_HAVE_ADMINS "units_have_admins" 409
        ["没有需要链接的单位", "本次新增的单位均已有管理员，或已有未使用的链接；可在单位页面查看。"]
        ["No unit needs a link", "Each unit that was added has an administrator, or a link that waits: see the unit's page."]
    DEPARTMENTS_FULL "departments_full" 409
        ["该单位的科室数量已达上限", "一个单位最多有 500 个使用中的科室，连同已停用的最多 5000 个；请先停用不再使用的科室。"]
        ["The unit has all the departments that it may", "A unit has 500 open departments at most, and 5,000 with closed ones: please close those that are used no longer."]
    DEPARTMENT_TOO_DEEP "department_too_deep" 409
        ["科室层级过深", "科室最多四级，请选择较高一级的上级。"]
        ["Departments lie four deep at most", "Please choose a higher place for it."]
}
