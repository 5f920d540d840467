//! The refusals that exports may meet, and those of what this module stands on.

pub use crate::checkin::refusals::*;

zaichang_platform::refusals! {
    EXPORT_NOT_READY "export_not_ready" 409
        ["导出文件尚未生成", "请稍候再试。"]
        ["The file is not ready yet", "Please try again in a moment."]
    EXPORT_FAILED "export_failed" 409
        ["导出未能完成", "请重新导出；如仍如此，请联系系统管理员。"]
        ["The export could not be finished", "Please export again; if it stays, tell the system's administrator."]
    EXPORT_EXPIRED "export_expired" 410
        ["导出文件已过期", "文件保留 24 小时，请重新导出。"]
        ["The file has been deleted", "Files are kept for 24 hours: please export again."]
    EXPORT_ELSEWHERE "export_elsewhere" 409
        ["文件在另一台服务器上", "请重试；如仍如此，请重新导出。"]
        ["The file lies on another server", "Please try again; if it stays, export again."]
    RANGE_NOT_SATISFIABLE "range_not_satisfiable" 416
        ["请求的文件范围无效", "请重新下载。"]
        ["The file has no such range", "Please download it anew."]
}
