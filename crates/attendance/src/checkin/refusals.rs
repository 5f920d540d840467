//! The refusals that a scan or a check-in may meet, and those of what this module stands on.

pub use zaichang_hosting::project::refusals::*;
pub use zaichang_registry::people::refusals::*;

zaichang_platform::refusals! {
    CODE_MALFORMED "code_malformed" 400
        ["这不是签到码", "请扫描会场屏幕上的二维码。"]
        ["This is not a check-in code", "Please scan the code on the venue's screen."]
    CODE_FORGED "code_forged" 403
        ["签到码无效", "请扫描会场屏幕上正在显示的二维码。"]
        ["The code is not valid", "Please scan the code now on the venue's screen."]
    CODE_EXPIRED "code_expired" 410
        ["签到码已过期", "二维码每几秒更换一次，请重新扫描屏幕上当前的二维码。"]
        ["The code has expired", "The code changes every few seconds: please scan the current one."]
    SCREEN_CLOSED "screen_closed" 410
        ["该屏幕的签到已结束", "请使用会场的其他屏幕；会务人员可在管理端打开新的屏幕。"]
        ["This screen has been closed", "Please use another screen of the venue; staff may open a new one in the console."]
    PASS_EXPIRED "pass_expired" 410
        ["扫码凭证已过期", "请重新扫描屏幕上当前的二维码。"]
        ["The scan has expired", "Please scan the current code again."]
    PASS_INVALID "pass_invalid" 403
        ["扫码凭证无效", "凭证只能由扫码的本人在同一设备上使用，请重新扫码。"]
        ["The scan is not valid here", "A scan counts only for its own person and device: please scan again."]
    CAP_REACHED "cap_reached" 409
        ["考勤人数已达上限", "如需增加名额，请会务人员在课程设置中调高上限；已签到人员仍可再次扫码。"]
        ["The course is full", "For newcomers staff may raise the cap in the course's settings; those already in may scan again."]
    FACE_REQUIRED "face_required" 403
        ["该课程需要人脸核验", "请在微信小程序中完成人脸核验；如有不便，请联系会务人员协助签到。"]
        ["This course asks for a face check", "Please do it in the WeChat mini-program, or ask the staff to check you in."]
    FACE_FAILED "face_failed" 403
        ["人脸核验未通过", "请重试，或联系会务人员协助签到。"]
        ["The face check did not succeed", "Please try again, or ask the staff."]
    DEVICE_IN_USE "device_in_use" 409
        ["此设备今天已为他人签到", "请使用本人的手机签到，或联系会务人员协助签到。"]
        ["This device has already checked in somebody else today", "Please use your own phone, or ask the staff."]
}
