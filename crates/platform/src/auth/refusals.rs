//! The refusals that those who log in may meet, and those of what this module stands on.

pub use crate::http::refusals::*;

crate::refusals! {
    LOGIN_REQUIRED "login_required" 401
        ["请先登录", "请登录后继续，扫码结果会为您保留。"]
        ["Please log in", "Log in to go on; your scan is kept."]
    LOGIN_FAILED "login_failed" 401 wrong_guess
        ["账号或密码不正确", "请核对后重新输入。"]
        ["Account or password is not correct", "Please check them and try again."]
    SMS_CODE_WRONG "sms_code_wrong" 401 wrong_guess
        ["验证码不正确或已过期", "请核对短信中的 6 位数字，或重新获取验证码。"]
        ["The code is wrong or has expired", "Please check the 6 digits, or ask for a new code."]
    SMS_LIMIT_REACHED "sms_limit_reached" 429
        ["该手机号今日的验证码已达上限", "请扫描会场屏幕后再登录，或改用账号密码登录；在会场也可请会务人员协助签到。"]
        ["This number has been sent all its codes of today", "Please scan the hall's screen and log in then, or use your password; in the hall, the staff can check you in."]
    TOTP_CODE_REQUIRED "totp_code_required" 401
        ["请输入动态验证码", "请打开手机上的身份验证器，输入其中显示的 6 位数字。"]
        ["The authenticator's code is needed", "Open the authenticator app on your phone and enter the 6 digits that it shows."]
    ADMIN_SMS_CODE_REQUIRED "admin_sms_code_required" 401
        ["请输入短信验证码", "验证码已发送至该账号的手机，请输入短信中的 6 位数字。"]
        ["The code of the text message is needed", "A code has been sent to the phone of this account: enter its 6 digits."]
    TOTP_CODE_WRONG "totp_code_wrong" 401 wrong_guess
        ["动态验证码不正确", "请输入身份验证器当前显示的 6 位数字；每个验证码只能使用一次。如反复不通过，请核对手机时间。"]
        ["The authenticator's code is not correct", "Enter the 6 digits that the app shows now; each works once. If they keep being refused, check the phone's clock."]
    TOTP_DEMANDED "totp_demanded" 403
        ["请先设置动态验证码", "本平台要求行政部门管理员使用身份验证器登录。请本部门其他管理员或上级行政部门为您生成第二道验证的重设链接；均无法处理时，请系统运维人员运行 zaichang admin create。"]
        ["An authenticator is needed first", "Here the administrators of authorities log in with an authenticator. Ask another administrator of yours, or the authority above, for a link that sets the second step anew; where there is none, have zaichang admin create run on the server."]
    ACCOUNT_MALFORMED "account_malformed" 400
        ["账号名称不符合要求", "账号为 4 至 32 位小写字母、数字或 - _ . ，以字母开头。"]
        ["No account may be called so", "An account is 4 to 32 lower-case letters, digits, - _ or . and begins with a letter."]
    ACCOUNT_TAKEN "account_taken" 409
        ["该账号已被使用", "请换一个账号名称。"]
        ["Another account is called so", "Please choose another name for the account."]
    PASSWORD_CHANGE_REQUIRED "password_change_required" 403
        ["请先修改密码", "本次使用的是重置后的临时密码，请先在“我的账号”中设置本人的密码。"]
        ["Please choose a password of your own first", "The one that you were given opens the page 'My account' alone: change it there."]
    GIVEN_PASSWORD_EXPIRED "given_password_expired" 403
        ["临时密码已过期", "重置后的临时密码 72 小时内有效。请本单位其他管理员或上级行政部门重新生成。"]
        ["The password that you were given has expired", "It works for 72 hours. Ask another administrator of your unit, or the authority above it, for a new one."]
    PASSWORD_WRONG "password_wrong" 403 wrong_guess
        ["密码不正确", "请核对该账号现在的密码后重新输入。"]
        ["The password is not correct", "Please check the present password of this account and try again."]
    PASSWORD_SAME "password_same" 400
        ["新密码与原密码相同", "请换一个密码。"]
        ["The new password is the old one", "Please choose another one."]
    PASSWORD_WEAK "password_weak" 400
        ["密码过于简单", "密码至少 10 位，包含大写字母、小写字母、数字、符号中的至少三类，且不含账号名称。"]
        ["This password is too easy", "A password has at least 10 characters, of at least three kinds (capitals, small letters, digits, signs), and does not hold the account's name."]
}
