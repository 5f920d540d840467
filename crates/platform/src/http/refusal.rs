//! Every refusal the service can answer: its code, its HTTP status, and its sentences in Chinese and English.
//! The one catalogue of the server's words; what to do next stands in the second sentence. A sentence that organisers as well
//! as attendees may meet addresses neither as "you", and says what either can do.

use axum::http::StatusCode;

/// The sentences of a refusal in one language.
#[derive(Clone, Copy, Debug)]
pub struct Sentences {
    /// What happened.
    pub title: &'static str,
    /// What to do next.
    pub detail: &'static str,
}

macro_rules! refusals {
    ($($name:ident $word:literal $status:literal
        [$zh_title:literal, $zh_detail:literal]
        [$en_title:literal, $en_detail:literal])*) => {
        /// Why a request was refused. The word is public interface, the sentences may be improved.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Refusal {
            $(#[doc = $en_title] $name,)*
        }

        impl Refusal {
            /// All of them, in the order of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The `code` on the wire.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// The HTTP status it travels with.
            pub fn status(self) -> StatusCode {
                let status: u16 = match self { $(Self::$name => $status,)* };
                StatusCode::from_u16(status).expect("the catalogue holds HTTP statuses")
            }

            pub(super) const fn chinese(self) -> Sentences {
                match self { $(Self::$name => Sentences { title: $zh_title, detail: $zh_detail },)* }
            }

            pub(super) const fn english(self) -> Sentences {
                match self { $(Self::$name => Sentences { title: $en_title, detail: $en_detail },)* }
            }
        }
    };
}

refusals! {
    // The code and the pass.
    CodeMalformed "code_malformed" 400
        ["这不是签到码", "请扫描会场屏幕上的二维码。"]
        ["This is not a check-in code", "Please scan the code on the venue's screen."]
    CodeForged "code_forged" 403
        ["签到码无效", "请扫描会场屏幕上正在显示的二维码。"]
        ["The code is not valid", "Please scan the code now on the venue's screen."]
    CodeExpired "code_expired" 410
        ["签到码已过期", "二维码每几秒更换一次，请重新扫描屏幕上当前的二维码。"]
        ["The code has expired", "The code changes every few seconds: please scan the current one."]
    ScreenClosed "screen_closed" 410
        ["该屏幕的签到已结束", "请使用会场的其他屏幕；会务人员可在管理端打开新的屏幕。"]
        ["This screen has been closed", "Please use another screen of the venue; staff may open a new one in the console."]
    PairingInvalid "pairing_invalid" 410
        ["六位字符无效或已过期", "请核对那台电脑上正在显示的六位字符；十分钟后或使用一次后，请以新的字符为准。"]
        ["The six characters are not valid any more", "Please check those now on the other computer: they work once, within ten minutes."]
    PassExpired "pass_expired" 410
        ["扫码凭证已过期", "请重新扫描屏幕上当前的二维码。"]
        ["The scan has expired", "Please scan the current code again."]
    PassInvalid "pass_invalid" 403
        ["扫码凭证无效", "凭证只能由扫码的本人在同一设备上使用，请重新扫码。"]
        ["The scan is not valid here", "A scan counts only for its own person and device: please scan again."]

    // Who is asking.
    LoginRequired "login_required" 401
        ["请先登录", "请登录后继续，扫码结果会为您保留。"]
        ["Please log in", "Log in to go on; your scan is kept."]
    LoginFailed "login_failed" 401
        ["账号或密码不正确", "请核对后重新输入。"]
        ["Account or password is not correct", "Please check them and try again."]
    SmsCodeWrong "sms_code_wrong" 401
        ["验证码不正确或已过期", "请核对短信中的 6 位数字，或重新获取验证码。"]
        ["The code is wrong or has expired", "Please check the 6 digits, or ask for a new code."]
    ProofRequired "proof_required" 428
        ["验证码尚未发送", "请重新打开本页面，再次获取验证码。"]
        ["The code has not been sent yet", "Please open this page again and ask for the code once more."]
    SmsLimitReached "sms_limit_reached" 429
        ["该手机号今日的验证码已达上限", "请扫描会场屏幕后再登录，或改用账号密码登录；在会场也可请会务人员协助签到。"]
        ["This number has been sent all its codes of today", "Please scan the hall's screen and log in then, or use your password; in the hall, the staff can check you in."]
    PhoneNotRegistered "phone_not_registered" 403
        ["该手机号未注册", "请使用注册时的手机号登录；尚未注册或已更换手机号的，请联系所在单位管理员办理。"]
        ["This mobile number is not registered", "Please log in with your registered number. To register, or if your number has changed, ask your unit's administrator."]
    PersonNotApproved "person_not_approved" 403
        ["注册尚未通过单位审核", "所在单位管理员审核通过后方可签到。"]
        ["The unit has not approved this registration yet", "Check-in is possible once the unit's administrator has approved it."]
    PersonInactive "person_inactive" 403
        ["该账号已注销", "如有疑问，请联系所在单位管理员。"]
        ["This registration has been cancelled", "Please ask the unit's administrator."]

    // WeChat.
    WechatNotConfigured "wechat_not_configured" 409
        ["未配置微信登录", "请使用手机验证码登录；如需微信登录，请由系统管理员配置。"]
        ["WeChat is not configured here", "Please log in by SMS code, or have an administrator configure WeChat."]
    WechatUnavailable "wechat_unavailable" 503
        ["微信服务暂不可用", "请稍候再试，或使用手机验证码登录。已登录人员签到不受影响。"]
        ["WeChat is not available for a moment", "Please try again, or log in by SMS code. Check-ins go on."]
    WechatCodeInvalid "wechat_code_invalid" 410
        ["微信授权已失效", "请返回后重新进入页面，再试一次。"]
        ["WeChat's authorisation is used up or too old", "Please open the page again and try once more."]
    WechatBlocked "wechat_blocked" 403
        ["微信已限制此账号的登录", "请使用手机验证码登录。"]
        ["WeChat has restricted this account", "Please log in by SMS code."]
    WechatSnapshot "wechat_snapshot" 409
        ["当前为微信快照页，无法登录", "请点击页面下方的“使用完整服务”，再试一次。"]
        ["This page is WeChat's snapshot, nobody can log in here", "Please choose the full service below and try again."]
    WechatTicketInvalid "wechat_ticket_invalid" 410
        ["绑定已超时或已完成", "请重新进入页面，再试一次。"]
        ["The binding has timed out or is done", "Please open the page again and try once more."]
    WechatBindMismatch "wechat_bind_mismatch" 403
        ["信息与注册信息不符，无法绑定", "请核对姓名、证件号码与注册的手机号；如已更换手机号，请联系所在单位管理员。"]
        ["This does not match a registration", "Please check name, ID number and registered phone, or ask your unit's administrator."]

    // An app's own server vouches for a person.
    AssertionInvalid "assertion_invalid" 403
        ["应用的登录凭证无效", "请返回应用，重新打开签到。"]
        ["The app's login is not valid", "Please go back to the app and open check-in again."]
    AssertionExpired "assertion_expired" 410
        ["应用的登录凭证已过期", "请返回应用，重新打开签到。"]
        ["The app's login has expired", "Please go back to the app and open check-in again."]
    AssertionUsed "assertion_used" 409
        ["应用的登录凭证已使用", "每个凭证只能使用一次，请返回应用，重新打开签到。"]
        ["The app's login has been used", "Each works once: please go back to the app and open check-in again."]
    PersonUnknown "person_unknown" 403
        ["未查询到您的注册信息", "请核对应用中的姓名与证件号码，或联系所在单位管理员办理注册。"]
        ["You are not registered here", "Please check name and ID number in the app, or ask your unit's administrator."]

    // Whether it may be now and here.
    ProjectNotApproved "project_not_approved" 409
        ["该项目尚未通过审核", "审核通过后方可签到；审核进度请向项目申报单位查询。"]
        ["The project has not been approved", "Check-in opens once it is approved; the unit that applied for it can tell more."]
    OutsidePeriod "outside_period" 409
        ["今天不在申报的举办周期内", "请核对项目申报的举办日期。"]
        ["Today is outside the declared period", "Please check the dates that the project was declared for."]
    CourseNotOpen "course_not_open" 409
        ["签到尚未开始", "请在签到开放后再试；签到时间由会务人员在课程设置中确定。"]
        ["Check-in has not opened yet", "Please try again once it is open; staff set the hours in the course's settings."]
    CourseOver "course_over" 409
        ["今天的签到已结束", "如有人员到场而未签到，会务人员可在课程设置中延长签到时间；已结束的项目不再接受签到。"]
        ["Today's check-in is over", "For somebody who was present staff may extend the hours in the course's settings; a closed project takes no more."]
    CapReached "cap_reached" 409
        ["考勤人数已达上限", "如需增加名额，请会务人员在课程设置中调高上限；已签到人员仍可再次扫码。"]
        ["The course is full", "For newcomers staff may raise the cap in the course's settings; those already in may scan again."]
    FaceRequired "face_required" 403
        ["该课程需要人脸核验", "请在微信小程序中完成人脸核验；如有不便，请联系会务人员协助签到。"]
        ["This course asks for a face check", "Please do it in the WeChat mini-program, or ask the staff to check you in."]
    FaceFailed "face_failed" 403
        ["人脸核验未通过", "请重试，或联系会务人员协助签到。"]
        ["The face check did not succeed", "Please try again, or ask the staff."]
    FaceProviderMissing "face_provider_missing" 409
        ["未配置人脸核验服务", "请先由系统管理员配置人脸核验服务，再开启此项。"]
        ["No face check provider is configured", "Have one configured before switching this on."]
    FaceNotAsked "face_not_asked" 409
        ["该课程无需人脸核验", "请直接签到。"]
        ["This course asks for no face check", "Please go on and check in."]
    FaceElsewhere "face_elsewhere" 409
        ["请在小程序中完成人脸核验", "请用微信扫描会场屏幕上的二维码，进入小程序后继续。"]
        ["The face check is done in the WeChat mini-program", "Please scan the venue's screen with WeChat and go on there."]
    FaceNotBound "face_not_bound" 409
        ["人脸核验需先绑定微信", "请在小程序中退出登录，再以微信登录并绑定。"]
        ["A face check needs your WeChat account", "Please log out in the mini-program, then log in with WeChat and bind it."]
    DeviceInUse "device_in_use" 409
        ["此设备今天已为他人签到", "请使用本人的手机签到，或联系会务人员协助签到。"]
        ["This device has already checked in somebody else today", "Please use your own phone, or ask the staff."]

    // Presence.
    SpotCheckOverlaps "spot_check_overlaps" 409
        ["该时段已有一次抽查", "请等待其结束或先取消，再发起新的抽查。"]
        ["There is a spot check at that time already", "Wait for its end, or cancel it first."]

    DistancesNotCollected "distances_not_collected" 409
        ["本系统未启用位置核对", "请先由系统管理员启用，再填写会场位置。"]
        ["This deployment collects no distances", "Have that switched on before giving the hall's location."]
    PositionNotAsked "position_not_asked" 409
        ["此次签到不需要位置", "无需再试，签到不受影响。"]
        ["No position is asked for this check-in", "There is nothing to do: the check-in stands."]

    // Tickets and places.
    TicketInvalid "ticket_invalid" 403
        ["投屏凭证无效或已使用", "请在管理端重新打开投屏。"]
        ["The ticket is not valid or has been used", "Please open the screen again from the console."]
    OriginRefused "origin_refused" 403
        ["请求来源不被允许", "请从本平台的页面进行操作。"]
        ["This origin is not allowed", "Please use the platform's own pages."]
    Forbidden "forbidden" 403
        ["没有权限", "请使用有相应权限的账号登录。"]
        ["Not allowed", "Please log in with an account that may do this."]

    // Exports.
    ExportNotReady "export_not_ready" 409
        ["导出文件尚未生成", "请稍候再试。"]
        ["The file is not ready yet", "Please try again in a moment."]
    ExportFailed "export_failed" 409
        ["导出未能完成", "请重新导出；如仍如此，请联系系统管理员。"]
        ["The export could not be finished", "Please export again; if it stays, tell the system's administrator."]
    ExportExpired "export_expired" 410
        ["导出文件已过期", "文件保留 24 小时，请重新导出。"]
        ["The file has been deleted", "Files are kept for 24 hours: please export again."]
    ExportElsewhere "export_elsewhere" 409
        ["文件在另一台服务器上", "请重试；如仍如此，请重新导出。"]
        ["The file lies on another server", "Please try again; if it stays, export again."]
    RangeNotSatisfiable "range_not_satisfiable" 416
        ["请求的文件范围无效", "请重新下载。"]
        ["The file has no such range", "Please download it anew."]

    // The request itself.
    BadRequest "bad_request" 400
        ["请求内容有误", "请检查标出的字段。"]
        ["The request is not valid", "Please check the field that is named."]
    NotFound "not_found" 404
        ["未找到相关内容", "请检查地址。"]
        ["Not found", "Please check the address."]
    MethodNotAllowed "method_not_allowed" 405
        ["不支持该操作", "请按接口文档使用正确的方法。"]
        ["This method is not allowed here", "Please see the API's page for the right one."]
    BodyTooLarge "body_too_large" 413
        ["请求内容过大", "请缩短后重试。"]
        ["The body is too large", "Please send less."]
    UnsupportedMediaType "unsupported_media_type" 415
        ["请求格式不支持", "请以 application/json 提交。"]
        ["This media type is not supported", "Please send application/json."]
    VersionRequired "version_required" 428
        ["请求未说明版本", "请先读取该内容，再以其 ETag 作为 If-Match 提交更改。"]
        ["The request does not say which version it changes", "Please read it first, and send its ETag as If-Match with the change."]
    ChangedMeanwhile "changed_meanwhile" 412
        ["内容已有新的修改", "请核对现有内容后再次保存。"]
        ["It has been changed meanwhile", "Please look at what stands now, and save the change again."]
    TooManyRequests "too_many_requests" 429
        ["操作过于频繁", "请稍候再试。"]
        ["Too many requests", "Please wait a moment and try again."]

    // The service itself.
    Busy "busy" 503
        ["当前使用人数较多", "请稍候片刻：签到会自动重试，其他操作请再试一次。"]
        ["Many people at once", "Please wait a moment: a check-in is tried again by itself, anything else please try once more."]
    StorageUnavailable "storage_unavailable" 503
        ["系统暂时无法保存", "请稍候再试；手机扫码已保留，系统将自动重试，无需重新排队。"]
        ["Storage is not available for a moment", "Please try again in a moment; what a phone has scanned is kept and tried again by itself."]
    Timeout "timeout" 503
        ["处理超时", "请稍候重试，重复提交不会重复签到。"]
        ["It took too long", "Please try again: nothing is counted twice."]
    Internal "internal" 500
        ["系统出现错误", "请稍候重试；如仍有问题，请将请求编号告知管理员。"]
        ["Something went wrong here", "Please try again; if it stays, tell us the request id."]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_has_a_word_of_its_own_and_an_error_status() {
        let mut words: Vec<_> = Refusal::ALL.iter().map(|refusal| refusal.word()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), Refusal::ALL.len());
        for refusal in Refusal::ALL {
            assert!(refusal.status().is_client_error() || refusal.status().is_server_error());
        }
    }

    #[test]
    fn what_organisers_are_told_too_calls_nobody_you_and_sends_no_staff_to_the_staff() {
        let at_both = [
            Refusal::ScreenClosed,
            Refusal::PersonNotApproved,
            Refusal::PersonInactive,
            Refusal::ProjectNotApproved,
            Refusal::OutsidePeriod,
            Refusal::CourseNotOpen,
            Refusal::CourseOver,
            Refusal::CapReached,
        ];
        for refusal in at_both {
            let (chinese, english) = (refusal.chinese(), refusal.english());
            let all = [chinese.title, chinese.detail, english.title, english.detail].join(" ");
            for wrong in
                ["您", "本单位", "联系会务人员", "扫描", " your ", "Your ", "If you", "ask the staff"]
            {
                assert!(!all.contains(wrong), "{}: {wrong}: {all}", refusal.word());
            }
        }
    }

    #[test]
    fn no_sentence_shouts_and_none_is_missing() {
        for refusal in Refusal::ALL {
            for sentence in [refusal.chinese(), refusal.english()] {
                assert!(!sentence.title.is_empty() && !sentence.detail.is_empty());
                assert!(!sentence.title.contains(['!', '！']) && !sentence.detail.contains(['!', '！']));
            }
        }
    }

    #[test]
    fn each_language_is_spoken_alone_and_in_the_words_of_a_training_office() {
        let gone = [
            "工作人员",
            "管理后台",
            "控制台",
            "浏览器",
            "入库",
            "身份证号",
            "学员",
            "继教管理员",
            "登记",
            "没有找到",
        ];
        for refusal in Refusal::ALL {
            let (chinese, english) = (refusal.chinese(), refusal.english());
            assert!(english.title.is_ascii() && english.detail.is_ascii(), "{}", refusal.word());
            for word in gone {
                assert!(
                    !chinese.title.contains(word) && !chinese.detail.contains(word),
                    "{word}: {chinese:?}"
                );
            }
        }
    }
}
