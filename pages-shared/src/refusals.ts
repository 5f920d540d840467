// Written by `npm run types` from openapi.json. What is changed here by hand is lost.
import type { components } from './openapi.ts';
import type { Sentence } from './sentence.ts';

/** Why the server refuses. */
export type RefusalCode = components['schemas']['Problem']['code'];

/** The refusals of what phones ask. */
export type PhoneRefusalCode =
  | 'account_malformed'
  | 'account_taken'
  | 'assertion_expired'
  | 'assertion_invalid'
  | 'assertion_used'
  | 'bad_request'
  | 'body_too_large'
  | 'busy'
  | 'cap_reached'
  | 'changed_meanwhile'
  | 'claim_judged'
  | 'claim_not_begun'
  | 'claim_waits'
  | 'claims_full'
  | 'claims_used'
  | 'code_expired'
  | 'code_forged'
  | 'code_malformed'
  | 'course_not_open'
  | 'course_over'
  | 'device_in_use'
  | 'face_elsewhere'
  | 'face_failed'
  | 'face_not_asked'
  | 'face_not_bound'
  | 'face_provider_missing'
  | 'face_required'
  | 'file_has_malware'
  | 'forbidden'
  | 'identity_tried'
  | 'identity_wrong'
  | 'internal'
  | 'login_failed'
  | 'login_required'
  | 'no_authority_there'
  | 'no_id_card'
  | 'not_found'
  | 'not_phone_of_record'
  | 'number_free'
  | 'number_taken'
  | 'number_voided'
  | 'numbers_tried'
  | 'origin_refused'
  | 'outside_period'
  | 'pass_expired'
  | 'pass_invalid'
  | 'password_weak'
  | 'person_inactive'
  | 'person_merged'
  | 'person_not_approved'
  | 'person_unknown'
  | 'phone_changes_used'
  | 'phone_not_own'
  | 'phone_not_registered'
  | 'phone_proof_ended'
  | 'phone_registers'
  | 'phone_taken'
  | 'photo_too_large'
  | 'photo_too_small'
  | 'photo_unreadable'
  | 'position_not_asked'
  | 'project_not_approved'
  | 'proof_required'
  | 'registration_incomplete'
  | 'registration_judged'
  | 'registration_not_submitted'
  | 'registration_session_ended'
  | 'registration_waits'
  | 'scanner_unavailable'
  | 'screen_closed'
  | 'sent_back_too_often'
  | 'sms_code_wrong'
  | 'sms_limit_reached'
  | 'storage_unavailable'
  | 'timeout'
  | 'too_many_requests'
  | 'unit_listed'
  | 'units_proposed'
  | 'unsupported_media_type'
  | 'version_required'
  | 'wechat_bind_mismatch'
  | 'wechat_blocked'
  | 'wechat_code_invalid'
  | 'wechat_not_configured'
  | 'wechat_snapshot'
  | 'wechat_ticket_invalid'
  | 'wechat_unavailable';

/** What happened, and what to do next. */
export interface RefusalSentences {
  readonly title: Sentence;
  readonly detail: Sentence;
}

/** Every refusal in the server's own words. */
export const REFUSAL_SENTENCES: Readonly<Record<RefusalCode, RefusalSentences>> = {
  account_disabled: {
    title: ["该账号已停用", "This account is disabled"],
    detail: ["请先启用该账号。", "Enable it first."],
  },
  account_malformed: {
    title: ["账号名称不符合要求", "No account may be called so"],
    detail: ["账号为 4 至 32 位小写字母、数字或 - _ . ，以字母开头。", "An account is 4 to 32 lower-case letters, digits, - _ or . and begins with a letter."],
  },
  account_taken: {
    title: ["该账号已被使用", "Another account is called so"],
    detail: ["请换一个账号名称。", "Please choose another name for the account."],
  },
  account_without_phone: {
    title: ["该账号没有手机号", "This account has no phone"],
    detail: ["请使用已有手机号的管理员账号检查短信。", "Check text messages with the account of an admin who has a phone."],
  },
  admin_link_ended: {
    title: ["管理员链接已使用或已失效", "This admin link was used or taken back"],
    detail: ["每个链接只能使用一次，也可能已被撤回或替换，或因多次输入有误而失效。请使用最新生成的链接，或直接登录；如非本人使用，请联系为您生成链接的管理员或系统运维人员核查操作日志。", "Each link works once, and ends after ten wrong tries. Use the newest one, or log in. If it was not you who used it, ask the person who gave it to you, or who runs the server, to look at the audit log."],
  },
  admin_link_expired: {
    title: ["管理员链接已过期", "This admin link has expired"],
    detail: ["请联系为您生成链接的管理员重新生成；服务器上的链接，请运行 zaichang admin create 重新生成。", "Ask the administrator who gave it to you for a new one; one of the server is made anew by zaichang admin create."],
  },
  admin_link_messages_used_up: {
    title: ["该链接的短信验证码已发完", "This link has had all its text messages"],
    detail: ["每个链接最多发送 5 条短信验证码，由同一管理员生成的链接每日合计 50 条。请联系为您生成链接的管理员，核对手机号后重新生成；当日合计已满的，请次日再试。", "A link has 5, and all that one administrator has made have 50 a day. Ask the person who gave it to you to check the number and make another one, tomorrow if the 50 are used up."],
  },
  admin_link_unit_closed: {
    title: ["该单位已停用", "The unit of this link has been closed"],
    detail: ["停用的单位不再设管理员，请联系为您生成链接的管理员。", "A closed unit takes no administrators: ask the person who gave you the link."],
  },
  admin_link_wrong: {
    title: ["管理员链接无效", "This admin link is not valid"],
    detail: ["请完整复制收到的链接（或服务器链接文件中的链接）后重新打开。", "Copy the whole link as it was given to you, or from its file on the server, and open it again."],
  },
  admin_sms_code_required: {
    title: ["请输入短信验证码", "The code of the text message is needed"],
    detail: ["验证码已发送至该账号的手机，请输入短信中的 6 位数字。", "A code has been sent to the phone of this account: enter its 6 digits."],
  },
  announcement_ends_before: {
    title: ["显示截止时间须晚于发布时间", "It would end before it is published"],
    detail: ["请修改显示截止时间。", "Please choose a later time until which it is shown."],
  },
  announcement_published: {
    title: ["该公告已发布", "The announcement is published already"],
    detail: ["请刷新后查看；如需停止显示，请撤回该公告。", "Please load it again. Withdraw it if it is to be read no longer."],
  },
  announcement_withdrawn: {
    title: ["该公告已撤回", "The announcement was withdrawn"],
    detail: ["已撤回的公告不能修改或再次发布，请新建公告。", "One that was withdrawn is neither changed nor published again: please write a new one."],
  },
  announcements_full: {
    title: ["本单位正在显示的公告已达 200 条", "200 announcements of your unit are shown already"],
    detail: ["请先撤回较早的公告，或为其设置显示截止时间。", "Please withdraw older ones, or say until when they are shown."],
  },
  announcements_used: {
    title: ["本单位 24 小时内新建的公告已达 50 条", "Your unit has written 50 announcements within 24 hours"],
    detail: ["请修改已有草稿，或明天再新建。", "Please change a draft that is there, or write a new one tomorrow."],
  },
  answers_used: {
    title: ["今日核对他人号码的次数已用完", "Too many numbers of others were compared today"],
    detail: ["每个账号每日最多获知 2,000 个号码已由他人使用，含导入时的检查。请于次日再更正，或由本单位其他管理员办理。", "An account is told of 2,000 a day, in imports as well. Please go on tomorrow, or ask another administrator of the unit."],
  },
  assertion_expired: {
    title: ["应用的登录凭证已过期", "The app's login has expired"],
    detail: ["请返回应用，重新打开签到。", "Please go back to the app and open check-in again."],
  },
  assertion_invalid: {
    title: ["应用的登录凭证无效", "The app's login is not valid"],
    detail: ["请返回应用，重新打开签到。", "Please go back to the app and open check-in again."],
  },
  assertion_used: {
    title: ["应用的登录凭证已使用", "The app's login has been used"],
    detail: ["每个凭证只能使用一次，请返回应用，重新打开签到。", "Each works once: please go back to the app and open check-in again."],
  },
  authenticator_ticket_wrong: {
    title: ["身份验证器的设置已失效", "This authenticator's set-up is of no use any more"],
    detail: ["请返回上一步重新设置：先在身份验证器中删除刚才添加的条目，再扫描新的二维码。", "Go back a step and set it up again: delete the entry that was just added to the app, then scan the new code."],
  },
  authority_exists: {
    title: ["行政部门已建立", "The authority is there already"],
    detail: ["其他管理员刚刚完成了建立，请重新打开链接，为该行政部门添加管理员。", "Another admin has just founded it: open the link again to become one of its admins."],
  },
  authority_needed: {
    title: ["密码与第二道验证须由两位管理员分别重置", "Password and second step are reset by two administrators"],
    detail: ["该账号的另一项由您重置，持有人尚未完成设置。本单位没有其他拥有全部权限的管理员，请联系上级行政部门的管理员重置这一项。", "You have reset the other one, and its holder has not used that yet. The unit has no other administrator with all rights: ask one of the authority above it to do this one."],
  },
  bad_request: {
    title: ["请求内容有误", "The request is not valid"],
    detail: ["请检查标出的字段。", "Please check the field that is named."],
  },
  body_too_large: {
    title: ["请求内容过大", "The body is too large"],
    detail: ["请缩短后重试。", "Please send less."],
  },
  busy: {
    title: ["当前使用人数较多", "Many people at once"],
    detail: ["请稍候片刻：签到会自动重试，其他操作请再试一次。", "Please wait a moment: a check-in is tried again by itself, anything else please try once more."],
  },
  cap_reached: {
    title: ["考勤人数已达上限", "The course is full"],
    detail: ["如需增加名额，请会务人员在课程设置中调高上限；已签到人员仍可再次扫码。", "For newcomers staff may raise the cap in the course's settings; those already in may scan again."],
  },
  card_taken: {
    title: ["该医通卡号已由他人使用", "Somebody else has this card number"],
    detail: ["请核对卡号；确属本人的，请在课程的“协助签到”中输入卡号，查明由哪个单位录入，由该单位更正。", "Please check it; if it is this person's, it finds the unit that has entered it in a course's Assisted check-in: that unit can take it away."],
  },
  changed_meanwhile: {
    title: ["内容已有新的修改", "It has been changed meanwhile"],
    detail: ["请核对现有内容后再次保存。", "Please look at what stands now, and save the change again."],
  },
  claim_judged: {
    title: ["该认领已有审核结果", "The claim has been judged already"],
    detail: ["请刷新后查看审核结果。", "Please load it again and see the verdict."],
  },
  claim_not_begun: {
    title: ["尚未填写认领信息", "No claim was begun"],
    detail: ["请先填写姓名、证件号码和说明，再提交证件照片。", "Please give name, number and a note first, then the photo."],
  },
  claim_not_submitted: {
    title: ["该认领尚未提交，或已退回本人修改", "It is the claimant's turn"],
    detail: ["请等待本人提交后再审核。", "It can be judged once they have handed it in."],
  },
  claim_number_changed: {
    title: ["该人员的证件号码已更正，不再是所认领的号码", "The person has another document number by now than the one that is claimed"],
    detail: ["请退回认领：申请人可用本人的证件号码继续注册。", "Please return the claim: its claimant can go on to register with their own number."],
  },
  claim_photo_unseen: {
    title: ["尚未查看该认领的证件照片", "You have not looked at the photo of this claim"],
    detail: ["请先在认领页面查看照片，核对后再通过。", "Please look at it on the claim's page, and approve then."],
  },
  claim_waits: {
    title: ["号码认领正在等待审核", "The claim waits for its verdict"],
    detail: ["审核期间不能修改；如需修改，请先撤回认领。", "Nothing is changed meanwhile; withdraw it to change it."],
  },
  claims_full: {
    title: ["该证件号码已有多份认领待审核", "As many claims of this number wait as may"],
    detail: ["请待其审核后再提交，或持证件原件到注册所在的单位，由其更换手机号。", "Please wait until they are judged, or show the document to the unit that you are registered with: it can replace the mobile number."],
  },
  claims_one_by_one: {
    title: ["号码认领须逐份审核", "Claims are judged one by one"],
    detail: ["请逐份核对证件照片后再审核。", "Please look at the photo of each, then judge it alone."],
  },
  claims_used: {
    title: ["提交认领的次数已用完", "Too many claims were handed in"],
    detail: ["每日最多提交 5 次，同一手机号累计 20 次。当日已满的请于次日再提交；累计已满的，请持证件原件到注册所在的单位，由其更换手机号。", "Five a day are taken, and twenty of one mobile number. Please go on tomorrow, or show the document to the unit that you are registered with: it can replace the mobile number."],
  },
  code_expired: {
    title: ["签到码已过期", "The code has expired"],
    detail: ["二维码每几秒更换一次，请重新扫描屏幕上当前的二维码。", "The code changes every few seconds: please scan the current one."],
  },
  code_forged: {
    title: ["签到码无效", "The code is not valid"],
    detail: ["请扫描会场屏幕上正在显示的二维码。", "Please scan the code now on the venue's screen."],
  },
  code_malformed: {
    title: ["这不是签到码", "This is not a check-in code"],
    detail: ["请扫描会场屏幕上的二维码。", "Please scan the code on the venue's screen."],
  },
  colleague_needed: {
    title: ["密码与第二道验证须由两位管理员分别重置", "Password and second step are reset by two administrators"],
    detail: ["该账号的另一项由您重置，持有人尚未完成设置。请由本单位另一位拥有全部权限的管理员重置这一项，或在持有人完成设置后再操作。", "You have reset the other one, and its holder has not used that yet. Ask another administrator of the unit with all rights to do this one, or wait until they have."],
  },
  course_not_open: {
    title: ["签到尚未开始", "Check-in has not opened yet"],
    detail: ["请在签到开放后再试；签到时间由会务人员在课程设置中确定。", "Please try again once it is open; staff set the hours in the course's settings."],
  },
  course_over: {
    title: ["今天的签到已结束", "Today's check-in is over"],
    detail: ["如有人员到场而未签到，会务人员可在课程设置中延长签到时间；已结束的项目不再接受签到。", "For somebody who was present staff may extend the hours in the course's settings; a closed project takes no more."],
  },
  days_have_passed: {
    title: ["举办日期已过", "The days have passed"],
    detail: ["已开始或已过的举办日期不能变更，也不能新增过去的日期；请修改后重新上报。", "A declared day that has begun cannot be changed, and none can be added in the past; please correct the period and submit it again."],
  },
  delivery_not_stuck: {
    title: ["该短信已在等待发送，或已发送成功", "This message waits to be sent, or was sent"],
    detail: ["请刷新列表查看结果，不必重新发送。", "Please load the list again: it need not be sent once more."],
  },
  delivery_under_way: {
    title: ["该短信正在发送", "This message is being sent"],
    detail: ["请一分钟后刷新列表，查看结果后再决定是否重新发送。", "Please load the list again in a minute, and see what came of it first."],
  },
  department_too_deep: {
    title: ["科室层级过深", "Departments lie four deep at most"],
    detail: ["科室最多四级，请选择较高一级的上级。", "Please choose a higher place for it."],
  },
  departments_full: {
    title: ["该单位的科室数量已达上限", "The unit has all the departments that it may"],
    detail: ["一个单位最多有 500 个使用中的科室，连同已停用的最多 5000 个；请先停用不再使用的科室。", "A unit has 500 open departments at most, and 5,000 with closed ones: please close those that are used no longer."],
  },
  device_in_use: {
    title: ["此设备今天已为他人签到", "This device has already checked in somebody else today"],
    detail: ["请使用本人的手机签到，或联系会务人员协助签到。", "Please use your own phone, or ask the staff."],
  },
  distances_not_collected: {
    title: ["本系统未启用位置核对", "This deployment collects no distances"],
    detail: ["请先由系统管理员启用，再填写会场位置。", "Have that switched on before giving the hall's location."],
  },
  document_not_made: {
    title: ["单据未能生成", "The document could not be made"],
    detail: ["请联系平台的运维人员检查单据模板与打印程序：运行 zaichang doctor 可查出原因。", "Please ask the platform's operator to look at the templates and the printing program: `zaichang doctor` finds the reason."],
  },
  document_too_large: {
    title: ["单据内容过多，未能生成", "This is too much for one document"],
    detail: ["请缩小范围，分几次打印。", "Please choose less, and print it in parts."],
  },
  export_elsewhere: {
    title: ["文件在另一台服务器上", "The file lies on another server"],
    detail: ["请重试；如仍如此，请重新导出。", "Please try again; if it stays, export again."],
  },
  export_expired: {
    title: ["导出文件已过期", "The file has been deleted"],
    detail: ["文件保留 24 小时，请重新导出。", "Files are kept for 24 hours: please export again."],
  },
  export_failed: {
    title: ["导出未能完成", "The export could not be finished"],
    detail: ["请重新导出；如仍如此，请联系系统管理员。", "Please export again; if it stays, tell the system's administrator."],
  },
  export_not_ready: {
    title: ["导出文件尚未生成", "The file is not ready yet"],
    detail: ["请稍候再试。", "Please try again in a moment."],
  },
  face_elsewhere: {
    title: ["请在小程序中完成人脸核验", "The face check is done in the WeChat mini-program"],
    detail: ["请用微信扫描会场屏幕上的二维码，进入小程序后继续。", "Please scan the venue's screen with WeChat and go on there."],
  },
  face_failed: {
    title: ["人脸核验未通过", "The face check did not succeed"],
    detail: ["请重试，或联系会务人员协助签到。", "Please try again, or ask the staff."],
  },
  face_not_asked: {
    title: ["该课程无需人脸核验", "This course asks for no face check"],
    detail: ["请直接签到。", "Please go on and check in."],
  },
  face_not_bound: {
    title: ["人脸核验需先绑定微信", "A face check needs your WeChat account"],
    detail: ["请在小程序中退出登录，再以微信登录并绑定。", "Please log out in the mini-program, then log in with WeChat and bind it."],
  },
  face_provider_missing: {
    title: ["未配置人脸核验服务", "No face check provider is configured"],
    detail: ["请先由系统管理员配置人脸核验服务，再开启此项。", "Have one configured before switching this on."],
  },
  face_required: {
    title: ["该课程需要人脸核验", "This course asks for a face check"],
    detail: ["请在微信小程序中完成人脸核验；如有不便，请联系会务人员协助签到。", "Please do it in the WeChat mini-program, or ask the staff to check you in."],
  },
  file_has_malware: {
    title: ["文件中发现病毒", "Malware was found in the file"],
    detail: ["文件未被采用。请用杀毒软件检查本机，再从原始来源重新制作文件后上传。", "It is not used. Please check this computer with an anti-virus program, make the file anew from its source, and send that."],
  },
  fingerprint_other: {
    title: ["主密钥已更换", "The master key is another one now"],
    detail: ["请刷新页面，重新备份主密钥后再确认。", "Reload the page, back the master keys up again and confirm then."],
  },
  forbidden: {
    title: ["没有权限", "Not allowed"],
    detail: ["请使用有相应权限的账号登录。", "Please log in with an account that may do this."],
  },
  former_phone_forgotten: {
    title: ["原手机号已不再保留，不能重新发送", "The former phone is kept no longer: it cannot be sent again"],
    detail: ["原手机号只保留一天。请以其他方式告知本人。", "It is kept for a day. Please tell the person in another way."],
  },
  given_password_expired: {
    title: ["临时密码已过期", "The password that you were given has expired"],
    detail: ["重置后的临时密码 72 小时内有效。请本单位其他管理员或上级行政部门重新生成。", "It works for 72 hours. Ask another administrator of your unit, or the authority above it, for a new one."],
  },
  glyph_missing: {
    title: ["单据中有字体不支持的字，未生成", "A character of this document is in none of the fonts"],
    detail: ["请核对姓名用字是否录入有误；确认无误的，请联系平台的运维人员补充字体。", "Please see whether a name was mistyped. If it is right, ask the platform's operator to add a font that has it."],
  },
  identity_tried: {
    title: ["今日核对身份的次数已用完", "Name and document number were tried too often today"],
    detail: ["请于次日再试，或用原手机号验证；也可持证件到所在单位办理。", "Please go on tomorrow, use your old mobile number, or show your document to your unit."],
  },
  identity_wrong: {
    title: ["姓名或证件号码与注册信息不符", "Name and document number are not those of your registration"],
    detail: ["请按注册信息填写；注册信息有误的，请联系所在单位管理员。", "Please give them as registered; if the registration is wrong, ask your unit's administrator."],
  },
  import_done: {
    title: ["该文件已经导入", "This file has been imported already"],
    detail: ["请查看导入结果；如需继续导入，请重新选择文件。", "Please look at the result; to import more, choose a file again."],
  },
  import_has_faults: {
    title: ["部分行有误", "Some rows are wrong"],
    detail: ["请下载标注后的文件，更正后重新选择；或选择只导入无误的行。", "Please download the marked file, put them right and choose it again; or import the good rows alone."],
  },
  import_not_allowed: {
    title: ["本账号已不能导入", "This account may not import any more"],
    detail: ["账号已停用、须先修改密码，或不再有导入所需的权限。请由有权限的管理员重新导入。", "It is disabled, has to change its password first, or has the right no longer. Please have an administrator with the right send the file again."],
  },
  import_not_checked: {
    title: ["文件还未检查完", "The file is still being checked"],
    detail: ["请等待检查结束，查看结果后再导入。", "Please wait for its result, and look at it before importing."],
  },
  import_of_others: {
    title: ["文件中的他人信息过多", "The file holds too many people who are not yours"],
    detail: ["较多人员属于其他单位，或手机号、医通卡号已由他人使用，今日不再逐行核对。请与人员本人或其单位核对名单，次日再检查。", "Many are registered at other units, or have others' phones or cards, and no more rows are compared today. Please check the list with these people or their units, and send it again tomorrow."],
  },
  import_of_too_many_others: {
    title: ["文件中的他人信息过多", "The file holds too many people who are not yours"],
    detail: ["超过 2,000 行的人员属于其他单位，或手机号、医通卡号已由他人使用，这样的文件不逐行核对。请与人员本人或其单位核对名单，或分成几个文件分日检查。", "More than 2,000 are registered at other units, or have others' phones or cards: such a file is not compared. Please check the list with these people or their units, or send it in parts on several days."],
  },
  import_seen_otherwise: {
    title: ["数据在检查之后有变化", "Something has changed since the file was checked"],
    detail: ["请重新查看检查结果，核对后再导入。", "Please look at the result anew before importing."],
  },
  internal: {
    title: ["系统出现错误", "Something went wrong here"],
    detail: ["请稍候重试；如仍有问题，请将请求编号告知管理员。", "Please try again; if it stays, tell us the request id."],
  },
  invitations_not_offered: {
    title: ["平台尚未设置邀请短信模板", "The platform has no template for invitations"],
    detail: ["不能发送邀请短信。请联系平台运维人员设置，或以其他方式告知人员。", "Please ask its operator to set one, or tell people otherwise."],
  },
  job_not_stuck: {
    title: ["该任务已不在等待处理", "This job no longer waits for a decision"],
    detail: ["它可能已完成，或正在执行。请刷新列表后再看。", "It may be done, or running. Please load the list again."],
  },
  judges_itself: {
    title: ["不能审核本部门举办的项目", "An authority does not judge what it hosts itself"],
    detail: ["请由上级行政部门的管理员审核。", "An admin of an authority above it judges the project."],
  },
  login_failed: {
    title: ["账号或密码不正确", "Account or password is not correct"],
    detail: ["请核对后重新输入。", "Please check them and try again."],
  },
  login_required: {
    title: ["请先登录", "Please log in"],
    detail: ["请登录后继续，扫码结果会为您保留。", "Log in to go on; your scan is kept."],
  },
  merge_built_on: {
    title: ["合并后已有新的办理，不能撤销", "Something was built on the merge: it is not undone"],
    detail: ["请核对保留的人员此后的变更和签到；仍须分开的，请联系系统管理员。", "Please look at what was done since; if they are two people all the same, ask the system's administrator."],
  },
  merge_over: {
    title: ["该合并已撤销", "The merge was undone already"],
    detail: ["请刷新人员页面，查看合并记录。", "Please load the person's page again and see their merges."],
  },
  merge_waits: {
    title: ["该人员有尚未办结的调动或状态变更", "A transfer or a change of state of this person waits"],
    detail: ["请先由其单位取消调出或撤回状态变更，或等待办结，再办理合并。", "Please have their unit cancel or withdraw it, or wait until it is decided."],
  },
  method_not_allowed: {
    title: ["不支持该操作", "This method is not allowed here"],
    detail: ["请按接口文档使用正确的方法。", "Please see the API's page for the right one."],
  },
  no_authority_above: {
    title: ["没有可转交的上级主管部门", "There is no authority above to hand it up to"],
    detail: ["上级主管部门尚未使用本平台，请由本部门处理。", "None above yours uses this platform yet: please decide it yourself."],
  },
  no_authority_there: {
    title: ["该地区的主管部门尚未使用本平台", "The authority of this area does not use this platform yet"],
    detail: ["请核对所选地区；无误的，请联系当地卫生健康主管部门。", "Please check the area; if it is right, ask the health authority there."],
  },
  no_id_card: {
    title: ["注册证件不是居民身份证，不支持人脸核验", "A face check needs an ID card"],
    detail: ["请会务人员协助签到。", "The staff can check this person in instead."],
  },
  nobody_let_go: {
    title: ["未找到可调入的人员", "No person with this name and document was let go"],
    detail: ["请核对姓名、证件类型和证件号码；原单位办理调出后方可调入。已办理的，请原单位在“人员调动”中查看：指定了其他单位或已过期的，由其重新办理；已由其他单位调入的，由该单位再办理调出。", "Please check name, document and number; the person's unit lets them go first. If it has, it sees under Transfers where that stands: meant for another unit, or expired, it is done anew; a unit that took them in by mistake lets them go again."],
  },
  not_an_institution: {
    title: ["该操作只适用于单位", "This is for institutions alone"],
    detail: ["省、市、县由行政区划确定，科室请在所属单位中管理。", "Regions are given by the divisions; departments are kept at their unit."],
  },
  not_found: {
    title: ["未找到相关内容", "Not found"],
    detail: ["请检查地址。", "Please check the address."],
  },
  not_phone_of_record: {
    title: ["该手机号与证件号码的注册信息不符", "This mobile number is not the one of that registration"],
    detail: ["请填写注册时使用的手机号；已不能接收短信或不清楚的，请改用证件照片认领。", "Please give the number that it was registered with; if that one is lost or not known, claim it with a photo of the document."],
  },
  number_free: {
    title: ["该证件号码尚未注册", "No person is registered with this document number"],
    detail: ["无需认领：请返回核对证件号码，继续填写注册信息。", "There is nothing to claim: please go back, check the number, and go on to register."],
  },
  number_registers: {
    title: ["该证件号码已提交注册申请", "A registration with this document number waits for its verdict"],
    detail: ["请本人撤回注册申请，或由所申请的单位退回，然后再更正。", "Have the applicant withdraw it, or its unit return it; then put the number right."],
  },
  number_stands_twice: {
    title: ["同一证件号码另有一份待审核的注册申请", "Another registration that waits has this number"],
    detail: ["请核对证件原件，再逐份单独审核。", "Please look at the document itself, then judge each on its own."],
  },
  number_taken: {
    title: ["该证件号码已注册", "This document is registered already"],
    detail: ["请核对证件号码。如系本人已注册，请使用注册时的手机号登录；手机号已更换的，请持证件到所在单位办理变更；调换单位的无需重新注册，由原单位办理调出、新单位调入。", "Please check the number. If the registration is your own, log in with its mobile number; if that has changed, show the document to your unit. Who changes units does not register again: the old unit lets them go, the new one takes them in."],
  },
  number_voided: {
    title: ["该证件号码已作废", "This document number is void"],
    detail: ["请核对证件号码；无误的，请持证件原件到作废该号码的行政部门办理。", "Please check the number; if it is right, show the document to the authority that has made it void."],
  },
  numbers_tried: {
    title: ["今日核对证件号码的次数已用完", "Too many document numbers were tried today"],
    detail: ["请于次日继续，或持证件联系所在单位管理员。", "Please go on tomorrow, or show the document to the unit's administrator."],
  },
  operator_needed: {
    title: ["密码与第二道验证须由两位管理员分别重置", "Password and second step are reset by two administrators"],
    detail: ["该账号的另一项由您重置，持有人尚未完成设置。没有其他管理员可以操作，请系统运维人员运行 zaichang admin create，新增一位管理员后由其重置这一项。", "You have reset the other one, and its holder has not used that yet. There is no other administrator: have who runs the server run zaichang admin create, and the administrator who comes in by that do this one."],
  },
  origin_refused: {
    title: ["请求来源不被允许", "This origin is not allowed"],
    detail: ["请从本平台的页面进行操作。", "Please use the platform's own pages."],
  },
  outside_period: {
    title: ["今天不在申报的举办周期内", "Today is outside the declared period"],
    detail: ["请核对项目申报的举办日期。", "Please check the dates that the project was declared for."],
  },
  own_account: {
    title: ["不能对本人账号进行此操作", "This cannot be done to your own account"],
    detail: ["请由本单位的其他管理员或上级行政部门操作。", "Ask another administrator of the unit, or the authority above it."],
  },
  pairing_invalid: {
    title: ["六位字符无效或已过期", "The six characters are not valid any more"],
    detail: ["请核对那台电脑上正在显示的六位字符；十分钟后或使用一次后，请以新的字符为准。", "Please check those now on the other computer: they work once, within ten minutes."],
  },
  pass_expired: {
    title: ["扫码凭证已过期", "The scan has expired"],
    detail: ["请重新扫描屏幕上当前的二维码。", "Please scan the current code again."],
  },
  pass_invalid: {
    title: ["扫码凭证无效", "The scan is not valid here"],
    detail: ["凭证只能由扫码的本人在同一设备上使用，请重新扫码。", "A scan counts only for its own person and device: please scan again."],
  },
  password_change_required: {
    title: ["请先修改密码", "Please choose a password of your own first"],
    detail: ["本次使用的是重置后的临时密码，请先在“我的账号”中设置本人的密码。", "The one that you were given opens the page 'My account' alone: change it there."],
  },
  password_same: {
    title: ["新密码与原密码相同", "The new password is the old one"],
    detail: ["请换一个密码。", "Please choose another one."],
  },
  password_weak: {
    title: ["密码过于简单", "This password is too easy"],
    detail: ["密码至少 10 位，包含大写字母、小写字母、数字、符号中的至少三类，且不含账号名称。", "A password has at least 10 characters, of at least three kinds (capitals, small letters, digits, signs), and does not hold the account's name."],
  },
  password_wrong: {
    title: ["密码不正确", "The password is not correct"],
    detail: ["请核对该账号现在的密码后重新输入。", "Please check the present password of this account and try again."],
  },
  people_of_units_only: {
    title: ["本账号不能导入人员", "This account imports no people"],
    detail: ["本账号所属的不是机构，或该机构已停用；请由人员所在单位的管理员导入。", "It is of no institution, or of one that is closed: please have an administrator of the people's unit import them."],
  },
  person_has_check_ins: {
    title: ["该人员已有签到记录，证件号码不能更正", "The person has check-ins: the document number stays"],
    detail: ["签到记录属于该证件号码的持有人，不能改为他人。请只更正姓名、手机号或医通卡号；证件号码请在首次签到之前更正。", "Records belong to the person whom the number names, and are not handed to somebody else. Please put right name, phone or card number alone; a number is put right before the first check-in."],
  },
  person_has_logged_in: {
    title: ["姓名和证件号码不能在此更正", "Name and document number cannot be put right here"],
    detail: ["仅从文件导入且从未登录的人员可由单位更正姓名和证件号码；手机号和医通卡号仍可更正。", "A unit may do that for people who were imported and have never logged in; phone and card number can be put right."],
  },
  person_inactive: {
    title: ["该账号已注销", "This registration has been cancelled"],
    detail: ["如有疑问，请联系所在单位管理员。", "Please ask the unit's administrator."],
  },
  person_is_cancelled: {
    title: ["该人员已注销", "The person is cancelled"],
    detail: ["请先将其变更为“正常”，通过审核后再办理。", "Please have the person set back to normal first."],
  },
  person_is_merged: {
    title: ["该人员已合并到其他人员", "The person was merged into another"],
    detail: ["请在合并后保留的人员页面办理；合并有误的，由办理合并的行政部门在人员页面撤销。", "Please do it on the page of who stays; if they were merged by mistake, the authority that did it undoes it there."],
  },
  person_let_go: {
    title: ["该人员已办理调出", "The person has been let go already"],
    detail: ["请等待新单位调入，由新单位继续办理；仍由本单位办理的，请先取消调出。", "Another unit may take them in, and goes on from there; to do it here, cancel the transfer first."],
  },
  person_merged: {
    title: ["您的注册信息已合并", "This registration was merged with another one of yours"],
    detail: ["您有另一条注册信息，两条已由主管部门合并为一条。请使用合并后保留的手机号登录；不清楚的，请持证件到所在单位查询。", "Your authority has merged the two. Please log in with the mobile number of the one that was kept; if you do not know which, show your document to your unit."],
  },
  person_not_approved: {
    title: ["注册尚未审核通过", "This registration has not been approved yet"],
    detail: ["所在单位管理员审核通过后方可签到；单位为本人申报的，须先经主管部门确认。", "Check-in is possible once the unit's administrator has approved it; a unit that was proposed is confirmed by its authority first."],
  },
  person_not_merged_into: {
    title: ["不能合并到所选人员", "The person cannot be merged into this one"],
    detail: ["请选择本部门管辖范围内、注册已通过、未注销、未合并到他人的另一名人员；不在管辖范围内的，由双方共同的上级行政部门办理。", "Please choose another of a unit below yours, who is approved, not cancelled and not merged; an authority above both merges people of different areas."],
  },
  person_of_this_unit: {
    title: ["该人员已在本单位", "The person is of this unit already"],
    detail: ["无需调入：请在该人员页面取消调出。", "Nothing is to be taken in: please cancel the transfer on their page."],
  },
  person_state_holds: {
    title: ["该日已是此状态", "The person is in this state on that day already"],
    detail: ["请核对人员页面的状态记录，选择其他状态或日期。", "Please look at the person's states, and choose another state or day."],
  },
  person_state_too_often: {
    title: ["提交次数已达上限", "It was submitted too often"],
    detail: ["同一人员的状态变更 24 小时内最多提交 20 次，请核对，24 小时后再提交。", "A person's change of state is submitted 20 times in 24 hours at most. Please check it, and submit it in 24 hours."],
  },
  person_state_waits: {
    title: ["该人员的状态变更正在审核", "A change of the person's state waits for its verdict"],
    detail: ["请等待审核完成，或由其单位先撤回申请；单位已停用的，由上级行政部门先审核。", "Please wait for it, or have their unit take it back first; of a closed unit the authority above judges it first."],
  },
  person_states_overlap: {
    title: ["与已有状态的日期重叠", "Another state holds on some of these days"],
    detail: ["请核对人员页面的状态记录，调整起止日期；缩短同一状态的，请填写其原起始日期，原起始日期未记录的，申请自新截止日期的次日起变更为“正常”；其他状态须先变更为“正常”，通过审核后再申请。", "Please look at the person's states and choose other days (a state is made shorter from its own first day on; where that is not known, have the person set to normal from the day after), or have the person set back to normal first."],
  },
  person_unknown: {
    title: ["未查询到您的注册信息", "You are not registered here"],
    detail: ["请核对应用中的姓名与证件号码，或联系所在单位管理员办理注册。", "Please check name and ID number in the app, or ask your unit's administrator."],
  },
  phone_changes_used: {
    title: ["今日更换手机号的次数已用完", "The mobile number was changed too often today"],
    detail: ["请于次日再试，或持证件到所在单位办理。", "Please go on tomorrow, or show your document to your unit."],
  },
  phone_not_own: {
    title: ["这不是您原来的手机号", "This is not the mobile number that you log in by"],
    detail: ["请填写登录本平台使用的手机号；已不能使用的，请改用姓名和证件号码核验。", "Please give that one; if it is lost, use your name and document number."],
  },
  phone_not_registered: {
    title: ["该手机号未注册", "This mobile number is not registered"],
    detail: ["请使用注册时的手机号登录；尚未注册或已更换手机号的，请联系所在单位管理员办理。", "Please log in with your registered number. To register, or if your number has changed, ask your unit's administrator."],
  },
  phone_proof_ended: {
    title: ["本人核验已过期", "It has to be proved again that it is you"],
    detail: ["请重新核验后再提交。", "Please prove it once more, then send it again."],
  },
  phone_registers: {
    title: ["该手机号已提交注册申请", "A registration with this mobile number waits for its verdict"],
    detail: ["请先用该手机号登录并撤回注册申请，再更换手机号。", "Please log in with it and withdraw the registration first."],
  },
  phone_taken: {
    title: ["该手机号已注册", "This mobile number is registered already"],
    detail: ["请直接使用该手机号登录；不是本人的，请联系所在单位管理员。", "Please log in with it; if it is not your registration, ask the unit's administrator."],
  },
  photo_gone: {
    title: ["照片已删除", "The photo is kept no longer"],
    detail: ["照片在有审核结果后删除，最长保留 30 天。仍需核对的，请退回认领，由本人重新提交照片。", "It goes with the verdict, and after 30 days. If it is still to be looked at, return the claim: its claimant sends another one."],
  },
  photo_too_large: {
    title: ["照片过大", "The photo is too large"],
    detail: ["请选择 5 MB、1600 万像素以内的照片，或重新拍摄。", "Please choose one of 5 MB and 16 million pixels at most, or take it again."],
  },
  photo_too_small: {
    title: ["照片尺寸过小，无法看清证件", "The photo is too small to read the document"],
    detail: ["请重新拍摄，使证件占满画面。", "Please take it again, with the document filling the picture."],
  },
  photo_unreadable: {
    title: ["无法读取该照片", "This photo cannot be read"],
    detail: ["请重新拍摄或选择 JPEG、PNG 格式的照片。", "Please take it again, or choose one in JPEG or PNG."],
  },
  plan_unchanged: {
    title: ["没有需要审核的变更", "There is no change to be reviewed"],
    detail: ["请先修改举办周期、学分或学时，再上报。", "Please change the period, the credits or the hours first, and submit it then."],
  },
  position_not_asked: {
    title: ["此次签到不需要位置", "No position is asked for this check-in"],
    detail: ["无需再试，签到不受影响。", "There is nothing to do: the check-in stands."],
  },
  printing_busy: {
    title: ["正在生成的单据较多", "Many documents are being made just now"],
    detail: ["请稍后重试。", "Please try again in a moment."],
  },
  printing_not_set: {
    title: ["本平台未启用单据打印", "Documents cannot be printed here yet"],
    detail: ["请联系平台的运维人员安装单据打印程序并设置 ZAICHANG_PRINT_PROGRAM。", "Please ask the platform's operator to install the printing program and to set ZAICHANG_PRINT_PROGRAM."],
  },
  project_closed: {
    title: ["该项目已结束", "The project is closed"],
    detail: ["已结束的项目不能再变更。", "What is closed is not changed any more."],
  },
  project_incomplete: {
    title: ["项目内容不完整", "The project is not complete"],
    detail: ["请填写举办周期，并至少添加一门课程，然后上报。", "Please give it a period and a course, and submit it then."],
  },
  project_not_approved: {
    title: ["该项目尚未通过审核", "The project has not been approved"],
    detail: ["审核通过后方可签到；审核进度请向项目申报单位查询。", "Check-in opens once it is approved; the unit that applied for it can tell more."],
  },
  project_not_submitted: {
    title: ["该项目尚未上报", "The project has not been submitted"],
    detail: ["请先由申报单位上报，审核通过后方可显示签到码；已退回的，修改后重新上报。", "Its unit submits it first; what was returned is changed and submitted again. Its code can be shown once it is approved."],
  },
  project_rejected: {
    title: ["该项目审核不通过", "The project was rejected"],
    detail: ["审核不通过的项目不能举办，原因见项目页面。", "It cannot be held; the project's page says why."],
  },
  project_unit_closed: {
    title: ["举办单位已停用", "The unit that holds the project has been closed"],
    detail: ["停用的单位不能再变更或上报项目，请联系上级行政部门恢复该单位。", "A closed unit plans and submits nothing: ask the authority above it to open it again."],
  },
  proof_required: {
    title: ["验证码尚未发送", "The code has not been sent yet"],
    detail: ["请重新打开本页面，再次获取验证码。", "Please open this page again and ask for the code once more."],
  },
  range_not_satisfiable: {
    title: ["请求的文件范围无效", "The file has no such range"],
    detail: ["请重新下载。", "Please download it anew."],
  },
  region_name_taken: {
    title: ["该区划的名称已被其他单位使用", "Another unit is called like this division"],
    detail: ["同级已有同名单位，但不是该区划，未作任何更改。请由系统运维人员核对该单位的名称、类别和区划代码后，再使用此链接。", "A unit of that name is there already and is not this division; nothing was changed. Have its name, kind and division code put right, then use the link again."],
  },
  registration_incomplete: {
    title: ["注册信息尚未填写完整", "The registration is not complete"],
    detail: ["请补充未填写的内容后再提交。", "Please fill in what is missing, then submit it."],
  },
  registration_judged: {
    title: ["该注册信息已有审核结果", "It has been judged already"],
    detail: ["请刷新后查看审核结果。", "Please load it again and see the verdict."],
  },
  registration_not_submitted: {
    title: ["该注册信息尚未提交，或已退回本人修改", "It is the applicant's turn"],
    detail: ["请等待本人提交后再审核。", "It can be judged once they have submitted it."],
  },
  registration_session_ended: {
    title: ["手机号验证已过期", "The phone has to be proved again"],
    detail: ["请重新验证手机号后继续填写，已保存的内容不会丢失。", "Please prove your mobile number once more; what was saved is still there."],
  },
  registration_unit_changed: {
    title: ["所选单位或科室已变更", "Its unit or department has changed"],
    detail: ["请更正科室后再通过，或退回由本人重新选择。", "Please correct the department, or return it for its applicant to choose again."],
  },
  registration_unreadable: {
    title: ["该注册信息暂时无法读取", "This registration cannot be read now"],
    detail: ["其他人员不受影响；请将此情况告知系统管理员。", "Others are not affected; please tell the system's administrator."],
  },
  registration_waits: {
    title: ["注册信息正在等待单位审核", "The registration waits for the unit's verdict"],
    detail: ["审核期间不能修改；如需修改，请先撤回。", "Nothing is changed meanwhile; withdraw it to change it."],
  },
  review_awaits_authority: {
    title: ["已上报，正在等待审核", "It is the authority's turn"],
    detail: ["审核期间内容不能修改；如需修改，请先撤回。", "Nothing is changed while it waits for a verdict; withdraw it to change it."],
  },
  review_awaits_unit: {
    title: ["尚未上报", "It is the unit's turn"],
    detail: ["请等待申报单位上报后再审核；已退回的，由申报单位修改后重新上报。", "It can be judged once the unit has submitted it; what was returned is changed and submitted again."],
  },
  review_is_over: {
    title: ["审核已结束", "The review is over"],
    detail: ["请查看审核结果；通过后需要变更的，请填写变更并另行上报。", "Please see its verdict; to change what was approved, enter the change and submit it."],
  },
  scanner_unavailable: {
    title: ["暂时无法检查文件是否安全", "Files cannot be checked for malware now"],
    detail: ["文件未被采用，请稍后重新上传；如果一直如此，请联系平台的运维人员检查病毒扫描服务。", "It is not used: please send it again later. If this goes on, please ask the platform's operator to look at the malware scanner."],
  },
  screen_closed: {
    title: ["该屏幕的签到已结束", "This screen has been closed"],
    detail: ["请使用会场的其他屏幕；会务人员可在管理端打开新的屏幕。", "Please use another screen of the venue; staff may open a new one in the console."],
  },
  search_too_slow: {
    title: ["查找用时过长，已停止", "The search took too long and was stopped"],
    detail: ["请缩短日期范围，或输入更具体的内容后再查找。", "Please choose fewer days or more exact words, and search again."],
  },
  sent_back_too_often: {
    title: ["提交次数已达上限", "This was submitted too often"],
    detail: ["请直接联系所在单位管理员核对注册信息。", "Please ask the unit's administrator about it."],
  },
  sms_checks_used_up: {
    title: ["今日的测试短信已发完", "This number has had all its test messages of today"],
    detail: ["同一手机号每天最多发送 5 条测试短信，请明日再试；短信是否送达，可在服务商的网站查询。", "It is sent 5 a day at most: try again tomorrow. Whether they arrived is told by the provider's console."],
  },
  sms_code_wrong: {
    title: ["验证码不正确或已过期", "The code is wrong or has expired"],
    detail: ["请核对短信中的 6 位数字，或重新获取验证码。", "Please check the 6 digits, or ask for a new code."],
  },
  sms_limit_reached: {
    title: ["该手机号今日的验证码已达上限", "This number has been sent all its codes of today"],
    detail: ["请扫描会场屏幕后再登录，或改用账号密码登录；在会场也可请会务人员协助签到。", "Please scan the hall's screen and log in then, or use your password; in the hall, the staff can check you in."],
  },
  spot_check_overlaps: {
    title: ["该时段已有一次抽查", "There is a spot check at that time already"],
    detail: ["请等待其结束或先取消，再发起新的抽查。", "Wait for its end, or cancel it first."],
  },
  storage_unavailable: {
    title: ["系统暂时无法保存", "Storage is not available for a moment"],
    detail: ["请稍候再试；手机扫码已保留，系统将自动重试，无需重新排队。", "Please try again in a moment; what a phone has scanned is kept and tried again by itself."],
  },
  ticket_invalid: {
    title: ["投屏凭证无效或已使用", "The ticket is not valid or has been used"],
    detail: ["请在管理端重新打开投屏。", "Please open the screen again from the console."],
  },
  timeout: {
    title: ["处理超时", "It took too long"],
    detail: ["请稍候重试，重复提交不会重复签到。", "Please try again: nothing is counted twice."],
  },
  title_day_taken: {
    title: ["该日已有另一职称", "Another title begins on this day"],
    detail: ["请核对日期；原记录有误的，请先撤销再重新填写。", "Please check the day, or take the wrong entry out first."],
  },
  title_day_unknown: {
    title: ["现职称尚无日期", "The title in force has no day"],
    detail: ["所填职称低于现职称，无法判断先后。请先在工作信息中填写现职称的日期，再填写以前的职称。", "This one is lower, and may be of before. Please give the title in force its day among the person's work first."],
  },
  title_holds: {
    title: ["该日已是此职称", "The person has this title on that day already"],
    detail: ["请核对职称与日期；现职称的日期有误的，请在工作信息中更正，以前的请撤销后重新填写。", "Please check title and day. A wrong day of the title in force is put right among the person's work; one of before is taken out and entered anew."],
  },
  title_is_the_only_one: {
    title: ["这是唯一的职称记录，不能撤销", "It is the only title there is"],
    detail: ["记录有误的，请在工作信息中更正。", "Please put it right among the person's work instead."],
  },
  titles_full: {
    title: ["职称记录已达上限", "Too many titles stand"],
    detail: ["每人最多保留 50 项有效的职称记录，请先撤销有误的记录。", "A person has 50 at most: please take wrong entries out first."],
  },
  titles_too_often: {
    title: ["填写或更正次数已达上限", "Titles were entered too often"],
    detail: ["同一人员的职称 24 小时内最多填写和更正 20 次，请核对，24 小时后再填写。", "A person's titles are entered or put right 20 times in 24 hours at most. Please check them, and go on in 24 hours."],
  },
  too_many_admin_links: {
    title: ["未使用的管理员链接过多", "Too many links wait to be used"],
    detail: ["请先撤回不再需要的链接，再生成新的链接。", "Take back those that are not needed any more, and make the new one then."],
  },
  too_many_requests: {
    title: ["操作过于频繁", "Too many requests"],
    detail: ["请稍候再试。", "Please wait a moment and try again."],
  },
  too_many_words: {
    title: ["查找的词过多", "Too many words to search for"],
    detail: ["一次最多查找 5 个词，请减少后再查找。", "A search takes 5 words at most: please leave some out."],
  },
  totp_code_required: {
    title: ["请输入动态验证码", "The authenticator's code is needed"],
    detail: ["请打开手机上的身份验证器，输入其中显示的 6 位数字。", "Open the authenticator app on your phone and enter the 6 digits that it shows."],
  },
  totp_code_wrong: {
    title: ["动态验证码不正确", "The authenticator's code is not correct"],
    detail: ["请输入身份验证器当前显示的 6 位数字；每个验证码只能使用一次。如反复不通过，请核对手机时间。", "Enter the 6 digits that the app shows now; each works once. If they keep being refused, check the phone's clock."],
  },
  totp_demanded: {
    title: ["请先设置动态验证码", "An authenticator is needed first"],
    detail: ["本平台要求行政部门管理员使用身份验证器登录。请本部门其他管理员或上级行政部门为您生成第二道验证的重设链接；均无法处理时，请系统运维人员运行 zaichang admin create。", "Here the administrators of authorities log in with an authenticator. Ask another administrator of yours, or the authority above, for a link that sets the second step anew; where there is none, have zaichang admin create run on the server."],
  },
  transfer_not_yet: {
    title: ["尚未到调出日期", "The first day has not come yet"],
    detail: ["请在调出日期当日或之后调入。", "The person can be taken in from that day on."],
  },
  transfer_of_cancelled: {
    title: ["该人员已注销，不能调入", "The person has been cancelled and is not taken in"],
    detail: ["请原单位取消调出，将其变更为“正常”，通过审核后再办理调出。", "Have their unit cancel the transfer and set them back to normal; once that is approved, it lets them go again."],
  },
  transfer_of_own_unit: {
    title: ["该人员的调出由其单位办理", "The person's own unit decides this"],
    detail: ["请联系其单位的管理员办理或取消；单位停用后，由上级行政部门办理。", "Please ask its administrators; the authority above does it for a unit that is closed."],
  },
  transfer_over: {
    title: ["该调动已结束", "This transfer has ended"],
    detail: ["可能已由其他单位调入，或原单位已取消。请联系原单位：其“人员调动”中显示已由哪个单位调入；调错的，由该单位再办理调出。", "Another unit has taken the person in, or their own has kept them. Their unit sees under Transfers which one it was; if by mistake, that unit lets them go again."],
  },
  transfer_unit_closed: {
    title: ["本单位已停用，不能调入人员", "This unit is closed and takes no people in"],
    detail: ["请联系上级卫健行政部门。", "Please ask the authority above."],
  },
  transfers_too_often: {
    title: ["办理次数已达上限", "The person was let go too often"],
    detail: ["同一人员 24 小时内最多办理 20 次调出，请核对，24 小时后再办理。", "A person is let go 20 times in 24 hours at most. Please check it, and let them go in 24 hours."],
  },
  unit_aliases_full: {
    title: ["该单位的别名已达 10 个", "This unit has 10 aliases already"],
    detail: ["申报的名称须存为别名。请先在单位页面删除不再使用的别名。", "The proposed name is to be kept as one: please take one away on the unit's page first."],
  },
  unit_closed: {
    title: ["该单位或科室已停用", "It has been closed"],
    detail: ["请先恢复使用，再修改。", "Open it again before changing it."],
  },
  unit_closed_above: {
    title: ["上级科室或所属单位已停用", "What it lies in is closed"],
    detail: ["请先恢复其上级，或选择其他上级。", "Open that again first, or choose another place."],
  },
  unit_has_units: {
    title: ["该单位暂不能合并", "It cannot be merged yet"],
    detail: ["该单位下仍有使用中的单位，请先调整其主管部门或停用。", "Open units lie in it: please move or close these first."],
  },
  unit_in_use: {
    title: ["该单位暂不能停用", "It cannot be closed yet"],
    detail: ["仍有下属单位或尚未结束的课程，请先处理。", "Units below it or courses to come: please see to these first."],
  },
  unit_is_anothers: {
    title: ["该区划内已有同名单位，由其他主管部门管理", "Another authority has a unit of this name in this division"],
    detail: ["请勿重复新增，请转交上级主管部门处理。", "Please do not enter it twice: hand it up to the authority above."],
  },
  unit_listed: {
    title: ["该单位已在名单中", "This unit is in the list"],
    detail: ["请按名称查找，直接选择该单位。", "Please search for it by its name, and choose it."],
  },
  unit_merge_runs: {
    title: ["上一次合并尚未完成", "Another merge is not finished yet"],
    detail: ["正在转移人员，请稍后再试。", "People are still being moved: please try again later."],
  },
  unit_merged: {
    title: ["该单位已并入其他单位", "It has been merged into another unit"],
    detail: ["合并不能撤销；请在并入的单位中办理。", "That is not undone: please go to the unit that has taken it in."],
  },
  unit_name_is_a_division: {
    title: ["该名称是下级行政区划的名称", "A division below is called so"],
    detail: ["请填写单位的全称，例如在区县名称后写明机构名称。", "Please enter the unit's full name, with what kind of institution it is."],
  },
  unit_name_taken: {
    title: ["同一上级下已有同名单位或科室", "There is one of this name here already"],
    detail: ["请核对是否重复，已停用的也计算在内；确为不同单位的，请在名称中加以区分。", "See whether it is the same one, closed ones counted; if not, tell the two apart by their names."],
  },
  unit_name_wrong: {
    title: ["名称不符合要求", "This cannot be a name"],
    detail: ["单位或科室的名称须为 2 至 100 个字，写在一行内，不含看不见的字符（如从表格复制时带入的零宽空格）。", "A name of a unit or a department has 2 to 100 characters on one line, all of which can be seen: no zero-width spaces, for instance."],
  },
  unit_proposal_decided: {
    title: ["该申报已有处理结果", "It has been decided already"],
    detail: ["请刷新后查看处理结果。", "Please load it again and see what came of it."],
  },
  unit_proposal_withdrawn: {
    title: ["申报人已撤回或改选其他单位", "No applicant waits for it any more"],
    detail: ["该申报无需处理；确需该单位的，请直接新增。", "Its applicants have withdrawn it or chosen another unit. Enter the unit by itself if it is wanted."],
  },
  unit_supervised_so: {
    title: ["该单位已由此部门主管", "This authority supervises it already"],
    detail: ["请选择其他主管部门。", "Please choose another one."],
  },
  unit_takes_no_admins: {
    title: ["该单位不设管理员", "This unit takes no administrators"],
    detail: ["科室不设管理员账号，请在所属单位生成链接；单位已停用的，请先恢复使用。", "A department has none: make the link at its unit. A closed unit is to be opened again first."],
  },
  units_have_admins: {
    title: ["没有需要链接的单位", "No unit needs a link"],
    detail: ["本次新增的单位均已有管理员，或已有未使用的链接；可在单位页面查看。", "Each unit that was added has an administrator, or a link that waits: see the unit's page."],
  },
  units_proposed: {
    title: ["今日申报单位的次数已用完", "Too many units were proposed today"],
    detail: ["请于次日继续，或直接联系当地卫生健康主管部门，由其新增单位。", "Please go on tomorrow, or ask the health authority there to enter the unit."],
  },
  unsupported_media_type: {
    title: ["请求格式不支持", "This media type is not supported"],
    detail: ["请以 application/json 提交。", "Please send application/json."],
  },
  verdict_given: {
    title: ["已有审核意见，不能撤回", "A verdict has been given: it cannot be withdrawn"],
    detail: ["请等待其余审核；如需修改，可请审核部门退回。", "Please wait for the other levels, or ask the authority to return it."],
  },
  version_required: {
    title: ["请求未说明版本", "The request does not say which version it changes"],
    detail: ["请先读取该内容，再以其 ETag 作为 If-Match 提交更改。", "Please read it first, and send its ETag as If-Match with the change."],
  },
  wechat_bind_mismatch: {
    title: ["信息与注册信息不符，无法绑定", "This does not match a registration"],
    detail: ["请核对姓名、证件号码与注册的手机号；如已更换手机号，请联系所在单位管理员。", "Please check name, ID number and registered phone, or ask your unit's administrator."],
  },
  wechat_blocked: {
    title: ["微信已限制此账号的登录", "WeChat has restricted this account"],
    detail: ["请使用手机验证码登录。", "Please log in by SMS code."],
  },
  wechat_code_invalid: {
    title: ["微信授权已失效", "WeChat's authorisation is used up or too old"],
    detail: ["请返回后重新进入页面，再试一次。", "Please open the page again and try once more."],
  },
  wechat_not_configured: {
    title: ["未配置微信登录", "WeChat is not configured here"],
    detail: ["请使用手机验证码登录；如需微信登录，请由系统管理员配置。", "Please log in by SMS code, or have an administrator configure WeChat."],
  },
  wechat_snapshot: {
    title: ["当前为微信快照页，无法登录", "This page is WeChat's snapshot, which has no login"],
    detail: ["请点击页面下方的“使用完整服务”，再试一次。", "Please choose the full service below and try again."],
  },
  wechat_ticket_invalid: {
    title: ["绑定已超时或已完成", "The binding has timed out or is done"],
    detail: ["请重新进入页面，再试一次。", "Please open the page again and try once more."],
  },
  wechat_unavailable: {
    title: ["微信服务暂不可用", "WeChat is not available for a moment"],
    detail: ["请稍候再试，或使用手机验证码登录。已登录人员签到不受影响。", "Please try again, or log in by SMS code. Check-ins go on."],
  },
  workbook_empty: {
    title: ["表格中没有内容", "The workbook is empty"],
    detail: ["表头以下没有填写任何一行，请填写后重新选择。", "No row below its head holds anything: please fill it in and choose it again."],
  },
  workbook_of_another_kind: {
    title: ["不是所需的表格", "This is not the workbook that is asked for"],
    detail: ["表头中没有必填的列。请下载模板，按模板的列名填写。", "Its head lacks a required column. Please download the template and name the columns as it does."],
  },
  workbook_of_old_form: {
    title: ["旧版 .xls 格式或带密码的文件无法读取", "A file of the old form .xls, or one with a password, cannot be read"],
    detail: ["请用表格软件打开，去除密码，另存为 .xlsx 后重新选择。", "Please open it, take the password away, save it as .xlsx and choose it again."],
  },
  workbook_too_large: {
    title: ["文件过大", "The file is too large"],
    detail: ["请去除图片、多余的工作表和数据下方带格式的空行，或分成几个文件分别导入；一个文件不超过 16 MB。", "Please take out pictures, other sheets and formatted empty rows below the data, or send it in parts; a file has 16 MB at most."],
  },
  workbook_unreadable: {
    title: ["文件无法识别", "This file cannot be read"],
    detail: ["请选择 .xlsx 工作簿或 .csv 文件；如果是其他格式，请先在表格软件中另存为 .xlsx。", "Please choose an .xlsx workbook or a .csv file; anything else save as .xlsx first."],
  },
};
