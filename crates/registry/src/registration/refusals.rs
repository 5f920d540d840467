//! The refusals that applicants may meet, and the units that review their registrations.

use zaichang_platform::http::Refusal;
use zaichang_platform::review::NotNow;

pub use crate::people::refusals::*;

zaichang_platform::refusals! {
    REGISTRATION_SESSION_ENDED "registration_session_ended" 401
        ["手机号验证已过期", "请重新验证手机号后继续填写，已保存的内容不会丢失。"]
        ["The phone has to be proved again", "Please prove your mobile number once more; what was saved is still there."]
    NUMBER_VOIDED "number_voided" 409
        ["该证件号码已作废", "请核对证件号码；无误的，请持证件原件到作废该号码的行政部门办理。"]
        ["This document number is void", "Please check the number; if it is right, show the document to the authority that has made it void."]
    NUMBERS_TRIED "numbers_tried" 429
        ["今日核对证件号码的次数已用完", "请于次日继续，或持证件联系所在单位管理员。"]
        ["Too many document numbers were tried today", "Please go on tomorrow, or show the document to the unit's administrator."]
    REGISTRATION_INCOMPLETE "registration_incomplete" 409
        ["注册信息尚未填写完整", "请补充未填写的内容后再提交。"]
        ["The registration is not complete", "Please fill in what is missing, then submit it."]
    SENT_BACK_TOO_OFTEN "sent_back_too_often" 409
        ["提交次数已达上限", "请直接联系所在单位管理员核对注册信息。"]
        ["This was submitted too often", "Please ask the unit's administrator about it."]
    REGISTRATION_WAITS "registration_waits" 409
        ["注册信息正在等待单位审核", "审核期间不能修改；如需修改，请先撤回。"]
        ["The registration waits for the unit's verdict", "Nothing is changed meanwhile; withdraw it to change it."]
    REGISTRATION_NOT_SUBMITTED "registration_not_submitted" 409
        ["该注册信息尚未提交，或已退回本人修改", "请等待本人提交后再审核。"]
        ["It is the applicant's turn", "It can be judged once they have submitted it."]
    REGISTRATION_JUDGED "registration_judged" 409
        ["该注册信息已有审核结果", "请刷新后查看审核结果。"]
        ["It has been judged already", "Please load it again and see the verdict."]
    NUMBER_STANDS_TWICE "number_stands_twice" 409
        ["同一证件号码另有一份待审核的注册申请", "请核对证件原件，再逐份单独审核。"]
        ["Another registration that waits has this number", "Please look at the document itself, then judge each on its own."]
    REGISTRATION_UNIT_CHANGED "registration_unit_changed" 409
        ["所选单位或科室已变更", "请更正科室后再通过，或退回由本人重新选择。"]
        ["Its unit or department has changed", "Please correct the department, or return it for its applicant to choose again."]
    UNIT_LISTED "unit_listed" 409
        ["该单位已在名单中", "请按名称查找，直接选择该单位。"]
        ["This unit is in the list", "Please search for it by its name, and choose it."]
    NO_AUTHORITY_THERE "no_authority_there" 409
        ["该地区的主管部门尚未使用本平台", "请核对所选地区；无误的，请联系当地卫生健康主管部门。"]
        ["The authority of this area does not use this platform yet", "Please check the area; if it is right, ask the health authority there."]
    UNITS_PROPOSED "units_proposed" 429
        ["今日申报单位的次数已用完", "请于次日继续，或直接联系当地卫生健康主管部门，由其新增单位。"]
        ["Too many units were proposed today", "Please go on tomorrow, or ask the health authority there to enter the unit."]
    NUMBER_FREE "number_free" 409
        ["该证件号码尚未注册", "无需认领：请返回核对证件号码，继续填写注册信息。"]
        ["No person is registered with this document number", "There is nothing to claim: please go back, check the number, and go on to register."]
    NOT_PHONE_OF_RECORD "not_phone_of_record" 403 wrong_guess
        ["该手机号与证件号码的注册信息不符", "请填写注册时使用的手机号；已不能接收短信或不清楚的，请改用证件照片认领。"]
        ["This mobile number is not the one of that registration", "Please give the number that it was registered with; if that one is lost or not known, claim it with a photo of the document."]
    CLAIM_NOT_BEGUN "claim_not_begun" 409
        ["尚未填写认领信息", "请先填写姓名、证件号码和说明，再提交证件照片。"]
        ["No claim was begun", "Please give name, number and a note first, then the photo."]
    CLAIM_WAITS "claim_waits" 409
        ["号码认领正在等待审核", "审核期间不能修改；如需修改，请先撤回认领。"]
        ["The claim waits for its verdict", "Nothing is changed meanwhile; withdraw it to change it."]
    CLAIM_NOT_SUBMITTED "claim_not_submitted" 409
        ["该认领尚未提交，或已退回本人修改", "请等待本人提交后再审核。"]
        ["It is the claimant's turn", "It can be judged once they have handed it in."]
    CLAIM_JUDGED "claim_judged" 409
        ["该认领已有审核结果", "请刷新后查看审核结果。"]
        ["The claim has been judged already", "Please load it again and see the verdict."]
    CLAIMS_ONE_BY_ONE "claims_one_by_one" 409
        ["号码认领须逐份审核", "请逐份核对证件照片后再审核。"]
        ["Claims are judged one by one", "Please look at the photo of each, then judge it alone."]
    CLAIMS_USED "claims_used" 429
        ["提交认领的次数已用完", "每日最多提交 5 次，同一手机号累计 20 次。当日已满的请于次日再提交；累计已满的，请持证件原件到注册所在的单位，由其更换手机号。"]
        ["Too many claims were handed in", "Five a day are taken, and twenty of one mobile number. Please go on tomorrow, or show the document to the unit that you are registered with: it can replace the mobile number."]
    CLAIMS_FULL "claims_full" 409
        ["该证件号码已有多份认领待审核", "请待其审核后再提交，或持证件原件到注册所在的单位，由其更换手机号。"]
        ["As many claims of this number wait as may", "Please wait until they are judged, or show the document to the unit that you are registered with: it can replace the mobile number."]
    PHOTO_UNREADABLE "photo_unreadable" 400
        ["无法读取该照片", "请重新拍摄或选择 JPEG、PNG 格式的照片。"]
        ["This photo cannot be read", "Please take it again, or choose one in JPEG or PNG."]
    PHOTO_TOO_SMALL "photo_too_small" 400
        ["照片尺寸过小，无法看清证件", "请重新拍摄，使证件占满画面。"]
        ["The photo is too small to read the document", "Please take it again, with the document filling the picture."]
    PHOTO_TOO_LARGE "photo_too_large" 413
        ["照片过大", "请选择 5 MB、1600 万像素以内的照片，或重新拍摄。"]
        ["The photo is too large", "Please choose one of 5 MB and 16 million pixels at most, or take it again."]
    CLAIM_PHOTO_UNSEEN "claim_photo_unseen" 409
        ["尚未查看该认领的证件照片", "请先在认领页面查看照片，核对后再通过。"]
        ["You have not looked at the photo of this claim", "Please look at it on the claim's page, and approve then."]
    CLAIM_NUMBER_CHANGED "claim_number_changed" 409
        ["该人员的证件号码已更正，不再是所认领的号码", "请退回认领：申请人可用本人的证件号码继续注册。"]
        ["The person has another document number by now than the one that is claimed", "Please return the claim: its claimant can go on to register with their own number."]
    PHOTO_GONE "photo_gone" 410
        ["照片已删除", "照片在有审核结果后删除，最长保留 30 天。仍需核对的，请退回认领，由本人重新提交照片。"]
        ["The photo is kept no longer", "It goes with the verdict, and after 30 days. If it is still to be looked at, return the claim: its claimant sends another one."]
    REGISTRATION_UNREADABLE "registration_unreadable" 500
        ["该注册信息暂时无法读取", "其他人员不受影响；请将此情况告知系统管理员。"]
        ["This registration cannot be read now", "Others are not affected; please tell the system's administrator."]
}

/// The refusal that says whose turn it is, in the words of a registration.
pub(super) const fn of(why: NotNow) -> Refusal {
    match why {
        NotNow::ApplicantsTurn => REGISTRATION_NOT_SUBMITTED,
        NotNow::AuthoritysTurn => REGISTRATION_WAITS,
        NotNow::VerdictGiven | NotNow::Over => REGISTRATION_JUDGED,
    }
}
