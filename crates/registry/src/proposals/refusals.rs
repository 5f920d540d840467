//! The refusals that an admin who decides a proposal of a unit may meet.

pub use zaichang_platform::http::refusals::*;

zaichang_platform::refusals! {
    UNIT_PROPOSAL_DECIDED "unit_proposal_decided" 409
        ["该申报已有处理结果", "请刷新后查看处理结果。"]
        ["It has been decided already", "Please load it again and see what came of it."]
    UNIT_PROPOSAL_WITHDRAWN "unit_proposal_withdrawn" 409
        ["申报人已撤回或改选其他单位", "该申报无需处理；确需该单位的，请直接新增。"]
        ["No applicant waits for it any more", "Its applicants have withdrawn it or chosen another unit. Enter the unit by itself if it is wanted."]
    NO_AUTHORITY_ABOVE "no_authority_above" 409
        ["没有可转交的上级主管部门", "上级主管部门尚未使用本平台，请由本部门处理。"]
        ["There is no authority above to hand it up to", "None above yours uses this platform yet: please decide it yourself."]
}
