// Refusals about everything else: the service's own troubles, logins, receipts, pages out of date.
// Read with refusal-words.ts, which says what each part means.

import { SHELL } from '../shell.ts';
import { refusal, type Refusals, type RefusalWords } from './refusal-words.ts';

export const ABOUT_SERVICE = {
  // The service, when it is asked for something other than a check-in (a check-in waits and tries again).
  too_many_requests: refusal(
    'soon',
    'try_again',
    ['操作过于频繁', 'Too many attempts'],
    ['请稍候片刻再试。', 'Please wait a moment before trying again.'],
  ),
  busy: refusal(
    'soon',
    'try_again',
    ['当前使用人数较多', 'Many people at once'],
    ['请稍后再试。', 'Please try again shortly.'],
  ),
  storage_unavailable: refusal(
    'soon',
    'try_again',
    ['系统正在恢复', 'The service is recovering'],
    ['数据没有丢失。请稍后再试。', 'Nothing has been lost. Please try again shortly.'],
  ),
  timeout: refusal(
    'soon',
    'try_again',
    ['系统响应超时', 'The service took too long'],
    ['请稍后再试。', 'Please try again shortly.'],
  ),
  internal: refusal(
    'soon',
    'try_again',
    ['系统出现故障', 'The service met a fault'],
    [
      '系统已记录该故障。请稍后再试，或告知会务人员下方编号。',
      'It has been logged. Please try again shortly, or tell the staff the number below.',
    ],
  ),
  no_answer: refusal('soon', 'try_again', SHELL.no_answer, SHELL.no_answer_why),

  // Login and receipts.
  sms_code_wrong: refusal(
    'soon',
    'try_again',
    ['验证码不正确或已失效', 'The code is wrong or no longer valid'],
    ['请核对短信，或重新获取验证码。', 'Please check the message, or ask for a new code.'],
  ),
  sms_limit_reached: refusal(
    'soon',
    'scan',
    ['该手机号今日的验证码已达上限', 'This number has been sent all its codes of today'],
    [
      '请扫描会场屏幕后再登录，或改用账号密码登录；在会场也可请会务人员协助签到。',
      "Please scan the hall's screen and log in then, or use your password; in the hall, the staff can check you in.",
    ],
  ),
  login_failed: refusal(
    'soon',
    'try_again',
    ['账号或密码不正确', 'Account or password is not correct'],
    ['请核对后再试，或改用短信验证码登录。', 'Please check them, or log in with a text message.'],
  ),
  wechat_bind_mismatch: refusal(
    'soon',
    'try_again',
    ['姓名、证件号码与手机号不一致', 'Name, ID number and phone do not belong together'],
    [
      '请核对三项均为注册时所填。如手机号已更换，请联系所在单位管理员。',
      "Please check all three. If your phone has changed, ask your unit's administrator.",
    ],
  ),
  wechat_not_configured: wechat_away(),
  wechat_unavailable: wechat_away(),
  wechat_blocked: wechat_away(),
  wechat_code_invalid: refusal(
    'soon',
    'try_again',
    ['微信授权已失效', "WeChat's authorisation is used up"],
    ['请再试一次。', 'Please try once more.'],
  ),
  wechat_ticket_invalid: refusal(
    'soon',
    'try_again',
    ['绑定已超时', 'The binding has timed out'],
    ['请再试一次，已填写的内容仍然保留。', 'Please try once more; what you typed is still there.'],
  ),
  wechat_snapshot: refusal(
    'soon',
    'try_again',
    ['当前为微信快照页', "This is WeChat's snapshot of the page"],
    ['请点击页面下方的“使用完整服务”后再试。', 'Please choose the full service below and try again.'],
  ),
  receipt_invalid: refusal(
    'no',
    'home',
    ['未查询到该回执', 'No such receipt'],
    [
      '回执地址不完整，或不是由本系统签发。',
      'The address is incomplete, or the receipt was not issued by this service.',
    ],
  ),
  not_found: refusal(
    'soon',
    'home',
    ['页面不存在', 'There is no such page'],
    ['地址可能不完整。', 'The address may be incomplete.'],
  ),

  // Never met when page and server are of one version; a reload brings them together.
  bad_request: refusal(
    'soon',
    'try_again',
    ['提交的内容有误', 'Something in the request was not right'],
    [
      '请核对后再试。若仍不行，请重新打开页面。',
      'Please check and try again. If it persists, open the page anew.',
    ],
  ),
  method_not_allowed: page_is_old(),
  body_too_large: page_is_old(),
  unsupported_media_type: page_is_old(),
  origin_refused: page_is_old(),
  proof_required: page_is_old(),
  forbidden: page_is_old(),
  unknown: refusal('no', 'show_staff', ['签到未成功', 'You are not checked in'], ['{detail}', '{detail}']),
} satisfies Refusals;

function wechat_away(): RefusalWords {
  return refusal(
    'soon',
    'log_in',
    ['微信登录暂不可用', 'WeChat login is not available now'],
    ['可用手机号登录，签到不受影响。', 'You can log in with your mobile number; check-in is not affected.'],
  );
}

function page_is_old(): RefusalWords {
  return refusal(
    'soon',
    'try_again',
    ['页面需要更新', 'This page needs a refresh'],
    ['请重新打开页面再试。', 'Please open the page anew.'],
  );
}
