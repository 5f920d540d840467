//! The refusals that spot checks and positions may meet, and those of what this module stands on.

pub use crate::checkin::refusals::*;

zaichang_platform::refusals! {
    SPOT_CHECK_OVERLAPS "spot_check_overlaps" 409
        ["该时段已有一次抽查", "请等待其结束或先取消，再发起新的抽查。"]
        ["There is a spot check at that time already", "Wait for its end, or cancel it first."]
    POSITION_NOT_ASKED "position_not_asked" 409
        ["此次签到不需要位置", "无需再试，签到不受影响。"]
        ["No position is asked for this check-in", "There is nothing to do: the check-in stands."]
}
