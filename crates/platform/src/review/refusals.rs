//! The refusals of a step that cannot be taken now: each says whose turn it is.

crate::refusals! {
    REVIEW_AWAITS_UNIT "review_awaits_unit" 409
        ["尚未上报", "请等待申报单位上报后再审核；已退回的，由申报单位修改后重新上报。"]
        ["It is the unit's turn", "It can be judged once the unit has submitted it; what was returned is changed and submitted again."]
    REVIEW_AWAITS_AUTHORITY "review_awaits_authority" 409
        ["已上报，正在等待审核", "审核期间内容不能修改；如需修改，请先撤回。"]
        ["It is the authority's turn", "Nothing is changed while it waits for a verdict; withdraw it to change it."]
    VERDICT_GIVEN "verdict_given" 409
        ["已有审核意见，不能撤回", "请等待其余审核；如需修改，可请审核部门退回。"]
        ["A verdict has been given: it cannot be withdrawn", "Please wait for the other levels, or ask the authority to return it."]
    REVIEW_IS_OVER "review_is_over" 409
        ["审核已结束", "请查看审核结果；通过后需要变更的，请填写变更并另行上报。"]
        ["The review is over", "Please see its verdict; to change what was approved, enter the change and submit it."]
}
