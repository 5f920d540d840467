// Sentences of claiming a document number that is taken: by the phone of record or with a photo, and what comes of it. It must not tell
// whose the number is.

import type { ClaimCode } from './refusals/refusal-words.ts';
import type { Sentence } from './sentence.ts';

export const CLAIM = {
  title: ['该证件号码已注册', 'This number is registered already'],
  lead: [
    '确属本人的，可以认领：登录手机号更换为 {phone}，原有的注册信息和签到记录不变。调换单位的也不必重新注册。',
    'If it is yours, claim it: you log in with {phone} from then on, and what was registered and recorded stays. Who has changed units does not register again either.',
  ],
  number: ['{document}，末四位 {tail}', '{document} ending in {tail}'],
  ways: ['认领方式', 'How to claim it'],
  by_phone: ['原手机号', 'Old number'],
  by_photo: ['证件照片', 'Photo of the document'],
  by_phone_why: [
    '请填写注册时使用的手机号，并用短信验证码验证。为保护个人信息，页面不显示该号码。',
    'Give the mobile number that it was registered with, and prove it by text message. To protect its owner it is not shown here.',
  ],
  old_phone: ['注册时的手机号', 'Mobile number of that registration'],
  claim: ['认领', 'Claim it'],
  claiming: ['正在认领', 'Claiming'],

  by_photo_why: [
    '原手机号已停用或不清楚的，请提交证件照片，由注册所在的单位审核。',
    'If that number is lost or not known, send a photo of the document: the unit of that registration looks at it.',
  ],
  reason: ['认领原因', 'Why'],
  more: ['补充说明（选填）', 'More (may be left out)'],
  more_needed: ['补充说明', 'What happened'],
  more_note: ['例如所在科室；请勿填写号码', 'Your department, say; leave out numbers'],
  photo: ['证件照片', 'Photo of the document'],
  take_photo: ['拍摄或选择照片', 'Take or choose a photo'],
  other_photo: ['更换照片', 'Another photo'],
  photo_alt: ['所选的证件照片', 'The photo that was chosen'],
  photo_kept: [
    '照片仅供审核人员核对，加密保存，有审核结果后删除，最长保留 30 天；拍摄地点等信息不保存。',
    'Only who judges looks at it. It is kept encrypted, without where it was taken, until the verdict and for 30 days at most.',
  ],
  submit: ['提交认领', 'Hand in the claim'],
  submitting: ['正在提交', 'Handing it in'],
  not_mine: ['返回核对证件号码', 'Back: check the number'],

  waits: ['认领已提交，等待审核', 'Your claim was handed in'],
  waits_why: [
    '注册所在的单位将核对证件照片；单位已停用的，由上级行政部门核对。通过后，即可用本手机号登录。',
    'The unit of that registration looks at the photo, or the authority above it. Once approved, you log in with this number.',
  ],
  withdraw: ['撤回认领', 'Withdraw the claim'],
  returned: ['认领已退回', 'Your claim was sent back'],
  rejected: ['认领未通过', 'Your claim was not approved'],
  verdict: ['审核意见：{reason}', 'What was found: {reason}'],
  again: ['核对证件号码', 'Check the number'],
  again_why: [
    '请重新填写证件号码：确属本人的，可再次认领；填写有误的，请更正后继续注册。',
    'Please enter the number again: if it is yours, claim it once more; if it was wrong, put it right and go on to register.',
  ],
  approved: ['认领已通过', 'Your claim was approved'],
  approved_why: [
    '登录手机号已更换，请用本手机号登录。',
    'Your mobile number was replaced: log in with this one.',
  ],
  done: ['认领成功', 'It is yours'],
  done_why: [
    '登录手机号已更换为本手机号，其他设备上的登录已全部退出，原登录密码失效。需要签到的，请重新扫码。',
    'You log in with this mobile number from now on, and are logged out everywhere else; a password that was set has ended. To check in, please scan again.',
  ],
} as const satisfies Record<string, Sentence>;

/** Why people claim a number; the last asks for words of one's own. */
export const CLAIM_REASONS: Sentence[] = [
  ['原手机号已停用', 'The old number is out of use'],
  ['原手机遗失', 'The old phone is lost'],
  ['由单位录入，手机号有误', 'The unit entered a wrong mobile number'],
  ['未曾注册过', 'I have never registered'],
  ['其他', 'Something else'],
];

export type ClaimFault = 'missing' | 'more_form' | 'photo_missing';

export const CLAIM_FAULTS: Record<ClaimFault, Sentence> = {
  missing: ['请填写此项', 'Please fill this in'],
  more_form: [
    '请填写 180 字以内，不含手机号和证件号码',
    'Please write 180 characters at most, without numbers',
  ],
  photo_missing: ['请拍摄或选择证件照片', 'Please take or choose a photo'],
};

export const CLAIM_REFUSALS: Record<ClaimCode, Sentence> = {
  number_free: [
    '该证件号码尚未注册，无需认领。请返回核对后继续注册。',
    'No person is registered with this number: please go back, check it, and go on to register.',
  ],
  not_phone_of_record: [
    '该手机号与证件号码的注册信息不符。请核对；已停用或不清楚的，请改用证件照片。',
    'This is not the mobile number of that registration. Please check it, or use a photo of the document.',
  ],
  claim_not_begun: [
    '认领信息已变更，请重新提交。',
    'The claim has changed meanwhile: please hand it in once more.',
  ],
  claim_waits: [
    '认领正在等待审核。如需修改，请先撤回认领。',
    'The claim waits for its verdict: withdraw it to change it.',
  ],
  claim_judged: [
    '认领已有审核结果，请刷新后查看。',
    'The claim has been judged: please load the page again.',
  ],
  claims_used: [
    '提交认领的次数已用完：每日 5 次，同一手机号累计 20 次。请于次日再提交，或持证件原件到注册所在的单位，由其更换手机号。',
    'Too many claims were handed in (five a day, twenty of one mobile number): go on tomorrow, or show the document to the unit of that registration, which can replace the number.',
  ],
  claims_full: [
    '该证件号码已有多份认领待审核。请持证件原件到注册所在的单位，由其更换手机号。',
    'As many claims of this number wait as may: show the document to the unit of that registration, which can replace the number.',
  ],
  photo_unreadable: [
    '无法读取该照片。请重新拍摄，或选择 JPEG、PNG 格式的照片。',
    'This photo cannot be read: take it again, or choose one in JPEG or PNG.',
  ],
  photo_too_small: [
    '照片尺寸过小，无法看清证件。请重新拍摄，使证件占满画面。',
    'The photo is too small: take it again, with the document filling the picture.',
  ],
  file_has_malware: [
    '照片中发现病毒，未被采用。请重新拍摄证件。',
    'Malware was found in the photo: it is not used. Please take the document anew.',
  ],
  scanner_unavailable: [
    '暂时无法检查照片是否安全，请稍后重新提交。',
    'The photo cannot be checked for malware now: please send it again later.',
  ],
  photo_too_large: [
    '照片过大。请重新拍摄，或选择 5 MB 以内的照片。',
    'The photo is too large: 5 MB at most.',
  ],
};
