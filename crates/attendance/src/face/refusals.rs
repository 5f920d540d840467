//! The refusals that face checks may meet, and those of what this module stands on.

pub use crate::checkin::refusals::*;

zaichang_platform::refusals! {
    FACE_NOT_ASKED "face_not_asked" 409
        ["该课程无需人脸核验", "请直接签到。"]
        ["This course asks for no face check", "Please go on and check in."]
    FACE_ELSEWHERE "face_elsewhere" 409
        ["请在小程序中完成人脸核验", "请用微信扫描会场屏幕上的二维码，进入小程序后继续。"]
        ["The face check is done in the WeChat mini-program", "Please scan the venue's screen with WeChat and go on there."]
    FACE_NOT_BOUND "face_not_bound" 409
        ["人脸核验需先绑定微信", "请在小程序中退出登录，再以微信登录并绑定。"]
        ["A face check needs your WeChat account", "Please log out in the mini-program, then log in with WeChat and bind it."]
}
