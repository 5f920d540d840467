//! The refusals that those who look after jobs may meet, and those of what this module stands on.

pub use crate::auth::refusals::*;

crate::refusals! {
    JOB_NOT_STUCK "job_not_stuck" 409
        ["该任务已不在等待处理", "它可能已完成，或正在执行。请刷新列表后再看。"]
        ["This job no longer waits for a decision", "It may be done, or running. Please load the list again."]
}
