// Refusals about who checks in, and with which phone.
// Read with refusal-words.ts, which says what each part means.

import { refusal, type Refusals } from './refusal-words.ts';

/** What an app's server said of a person: to them it is one thing, whichever way it failed. */
const ASSERTION = {
  what: ['身份确认未通过', 'Your identity could not be confirmed'],
  why: [
    '请关闭本页，从应用中重新打开签到；如仍不行，请用微信扫描会场屏幕。',
    "Please close this page and open check-in from the app again; if it stays, scan the hall's screen with WeChat.",
  ],
} as const;

export const ABOUT_PERSON = {
  login_required: refusal(
    'soon',
    'log_in',
    ['请先登录', 'Please log in'],
    ['登录状态已失效，登录后即可继续。', 'Your session has ended. You can go on after logging in.'],
  ),
  person_not_approved: refusal(
    'no',
    'show_staff',
    ['注册尚未审核通过', 'You are not approved yet'],
    [
      '所在单位审核通过后方可签到。请联系所在单位管理员审核（申报的单位须先经确认），通过后重新扫码。',
      "Only people approved by their unit can check in. Please ask your unit's administrator (once the unit is confirmed), then scan again.",
    ],
  ),
  /** The same with the person's pass in it. */
  person_not_approved_held: refusal(
    'soon',
    'present_again',
    ['注册尚未审核通过', 'You are not approved yet'],
    [
      '扫码成功，已为您保留 24 小时。请联系所在单位管理员审核（申报的单位须先经确认），通过后重新打开本页或点按“重新提交”，将按扫码时间记录。',
      "Your scan is kept for 24 hours. Please ask your unit's administrator (once the unit is confirmed); then open this page again or submit again, and it is recorded as of the scan.",
    ],
  ),
  phone_not_registered: refusal(
    'no',
    'log_in',
    ['该手机号未注册', 'This mobile number is not registered'],
    [
      '请使用注册时的手机号登录；尚未注册或已更换手机号的，请联系所在单位管理员办理。',
      "Please log in with your registered number. To register, or if your number has changed, ask your unit's administrator.",
    ],
  ),
  /** The same with the scan's pass in it, which is the phone's own now. */
  phone_not_registered_held: refusal(
    'soon',
    'register',
    ['该手机号未注册', 'This mobile number is not registered'],
    [
      '扫码成功，已为您保留 24 小时。请先填写注册信息，由所在单位管理员审核；审核通过后按扫码时间记录，无需重新扫码。',
      "Your scan is kept for 24 hours. Please register; your unit's administrator reviews it, and the check-in is then recorded as of the scan.",
    ],
  ),
  registration_session_ended: refusal(
    'soon',
    'log_in',
    ['手机号验证已过期', 'Please prove your mobile number again'],
    ['请重新验证手机号后继续填写，已保存的内容不会丢失。', 'What was saved is still there.'],
  ),
  changed_meanwhile: refusal(
    'soon',
    'register',
    ['注册信息已在另一台设备上修改', 'Another device has changed the registration'],
    ['请核对现有内容后再次保存。', 'Please look at what stands now, and save again.'],
  ),
  version_required: refusal(
    'soon',
    'register',
    ['注册信息未能保存', 'The registration was not saved'],
    ['请重新打开本页后再试。', 'Please open this page again, and try once more.'],
  ),
  number_taken: refusal(
    'no',
    'log_in',
    ['该证件号码已注册', 'This document is registered already'],
    [
      '请核对证件号码。如系本人已注册，请使用注册时的手机号登录；手机号已更换的，请持证件到所在单位办理变更。',
      'Please check the number. If it is yours, log in with its mobile number; if that has changed, show the document to your unit.',
    ],
  ),
  numbers_tried: refusal(
    'no',
    'show_staff',
    ['今日核对证件号码的次数已用完', 'Too many document numbers were tried today'],
    [
      '请于次日继续，或持证件联系所在单位管理员。',
      "Please go on tomorrow, or show the document to your unit's administrator.",
    ],
  ),
  registration_incomplete: refusal(
    'soon',
    'register',
    ['注册信息尚未填写完整', 'The registration is not complete'],
    ['请补充未填写的内容后再提交。', 'Please fill in what is missing, then submit it.'],
  ),
  sent_back_too_often: refusal(
    'no',
    'show_staff',
    ['提交次数已达上限', 'This was submitted too often'],
    ['请直接联系所在单位管理员核对注册信息。', "Please ask your unit's administrator about it."],
  ),
  registration_waits: refusal(
    'soon',
    'register',
    ['注册信息正在等待单位审核', 'Your unit has it for review'],
    ['审核期间不能修改；如需修改，请先撤回。', 'Nothing is changed meanwhile; withdraw it to change it.'],
  ),
  registration_not_submitted: refusal(
    'soon',
    'register',
    ['注册信息尚未提交', 'The registration is not submitted'],
    ['请填写完整后提交审核。', 'Please fill it in and submit it.'],
  ),
  registration_judged: refusal(
    'soon',
    'register',
    ['单位已给出审核结果', 'Your unit has judged it'],
    ['请刷新后查看审核结果。', 'Please load this page again to see the verdict.'],
  ),
  no_id_card: refusal(
    'no',
    'show_staff',
    ['注册证件不是居民身份证，不支持人脸核验', 'A face check needs an ID card'],
    ['请会务人员协助签到。', 'Please ask the staff to check you in.'],
  ),
  person_inactive: refusal(
    'no',
    'show_staff',
    ['您的人员状态异常，暂不能签到', 'Your account cannot check in at present'],
    ['请联系所在单位管理员核对人员状态。', "Please ask your unit's administrator about it."],
  ),
  person_merged: refusal(
    'no',
    'log_in',
    ['您的注册信息已合并', 'This registration was merged'],
    [
      '请使用保留的手机号登录，或持证件联系所在单位管理员。',
      "Please log in with its mobile number, or ask your unit's administrator.",
    ],
  ),
  other_person: refusal(
    'soon',
    'switch_person',
    ['该扫码属于其他账号', 'This scan belongs to another account'],
    [
      '使用扫码时的账号登录后将继续签到；如需为当前账号签到，请重新扫描屏幕。',
      'Log in with the account that scanned, and it will go on; to check in as yourself, scan the screen again.',
    ],
  ),
  person_unknown: refusal(
    'no',
    'show_staff',
    ['未查询到您的注册信息', 'You are not registered'],
    [
      '请核对应用中的姓名与证件号码，或联系所在单位管理员办理注册。',
      "Please check name and ID number in the app, or ask your unit's administrator.",
    ],
  ),
  assertion_invalid: refusal('no', 'show_staff', ASSERTION.what, ASSERTION.why),
  assertion_expired: refusal('soon', 'show_staff', ASSERTION.what, ASSERTION.why),
  assertion_used: refusal('soon', 'show_staff', ASSERTION.what, ASSERTION.why),
  device_in_use: refusal(
    'no',
    'show_staff',
    ['这部手机今天已为他人签到', 'This phone has checked in somebody else today'],
    [
      '同一课程同一天，一部手机只能为一人签到。请用本人的手机扫码，或请会务人员协助签到。',
      'One phone checks in one person per course and day. Please use your own phone, or ask the staff to check you in.',
    ],
  ),
  face_required: refusal(
    'no',
    'show_staff',
    ['本课程需要人脸核验', 'This course asks for a face check'],
    [
      '请用微信扫描会场屏幕，在小程序中完成核验；或请会务人员协助签到。',
      'Please scan the screen with WeChat and do it in the mini-program, or ask the staff to check you in.',
    ],
  ),
  face_provider_missing: refusal(
    'no',
    'show_staff',
    ['人脸核验暂不可用', 'The face check is not available'],
    ['请会务人员协助签到。', 'Please ask the staff to check you in.'],
  ),
  face_elsewhere: refusal(
    'no',
    'show_staff',
    ['请在小程序中完成人脸核验', 'The face check is done in the WeChat mini-program'],
    [
      '请用微信扫描会场屏幕进入小程序，或请会务人员协助签到。',
      "Please scan the hall's screen with WeChat, or ask the staff to check you in.",
    ],
  ),
  face_not_bound: refusal(
    'soon',
    'switch_person',
    ['人脸核验需先绑定微信', 'A face check needs your WeChat account'],
    ['请退出后用微信登录并绑定，再继续签到。', 'Please log out, log in with WeChat and bind it, then go on.'],
  ),
  face_not_asked: refusal(
    'soon',
    'scan',
    ['本课程已取消人脸核验', 'This course no longer asks for a face check'],
    ['请重新扫描会场屏幕。', "Please scan the hall's screen again."],
  ),
  face_not_passed: refusal(
    'soon',
    'try_again',
    ['人脸核验未通过', 'The face check did not succeed'],
    [
      '请在光线好的地方正对屏幕再试，或请会务人员协助签到。',
      'Please try again facing the screen in better light, or ask the staff to check you in.',
    ],
  ),
  face_unfinished: refusal(
    'soon',
    'try_again',
    ['人脸核验未完成', 'The face check was not finished'],
    ['请再次核验，完成后将自动签到。', 'Please begin it again; you are checked in once it has passed.'],
  ),
  face_failed: refusal(
    'no',
    'show_staff',
    ['人脸核验未通过', 'The face check did not succeed'],
    [
      '可在光线好的地方重新扫码再试，或请会务人员协助签到。',
      'You may scan again in better light, or ask the staff to check you in.',
    ],
  ),
} satisfies Refusals;
