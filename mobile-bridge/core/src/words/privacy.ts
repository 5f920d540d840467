// Sentences of the privacy page: what is collected, what for, how long, and what is not. It must say what is true of the
// code beside it: a new private API needs its line here first.

import type { Sentence } from './sentence.ts';

export const PRIVACY = {
  title: ['隐私说明', 'Privacy'],
  lead: [
    '本平台仅用于继续医学教育现场签到，只收集签到所需的信息。',
    'This platform is for checking in at continuing medical education, and collects what that needs.',
  ],
  version: ['版本：{version}', 'Version {version}'],
  ask: ['使用前请阅读并同意', 'Please read and agree first'],
  ask_why: [
    '绑定身份需要您的姓名、证件号码和手机号，仅用于确认您是已注册的人员。',
    'Binding needs your name, ID number and phone, only to confirm that you are a registered person.',
  ],
  agree: ['同意并继续', 'Agree and go on'],
  decline: ['暂不同意', 'Not now'],
  declined: [
    '未同意时不会获取手机号，可请会务人员协助签到。',
    'Without it no phone number is taken; the staff can check you in instead.',
  ],
  contract: ['查看《小程序用户隐私保护指引》', "Read WeChat's privacy notice of this mini-program"],
} as const satisfies Record<string, Sentence>;

export const COLLECTED: { what: Sentence; why: Sentence }[] = [
  {
    what: ['姓名、证件号码', 'Name and ID number'],
    why: [
      '首次绑定时核对注册信息。加密保存，页面只显示首三位和末四位；本机不保存。',
      'Compared with your registration when you bind. Kept encrypted, shown masked; not kept on this phone.',
    ],
  },
  {
    what: ['手机号', 'Phone number'],
    why: [
      '证明是本人绑定。可用微信手机号，也可用短信验证码。',
      "Proves that it is you who binds. Either WeChat's number or a text message.",
    ],
  },
  {
    what: ['微信账号标识', 'WeChat account identifier'],
    why: [
      '免密登录，可在首页解除绑定。不获取昵称、头像和好友。',
      'Login without a password; you may unbind it on the start page. No nickname, picture or friends.',
    ],
  },
  {
    what: ['扫码时间、课程、打开方式', 'Time of scan, course, how it was opened'],
    why: [
      '作为签到记录，并用于识别转发的照片。',
      'They are the check-in record, and help to tell forwarded photos.',
    ],
  },
  {
    what: ['本机随机编号', 'A random number of this phone'],
    why: [
      '防止一部手机为多人签到。随机生成，不含设备信息。',
      'Keeps one phone from checking in several people. Made by chance; says nothing about the device.',
    ],
  },
  {
    what: ['人脸核验结果', 'Result of a face check'],
    why: [
      '仅在课程要求时，由微信核验。本平台只收到是否通过，不接触照片。',
      'Only where a course asks for it, run by WeChat. We learn whether it passed and never see a photo.',
    ],
  },
];

/** Of a build that may ask where the phone is. */
export const COLLECTED_WHERE_ASKED: { what: Sentence; why: Sentence } = {
  what: ['与会场的距离', 'Distance from the venue'],
  why: [
    '仅在主办单位要求时，签到后由微信询问您是否提供位置。服务器只保存距离，不保存位置；不提供也能签到。',
    'Only where the organiser asks: WeChat asks you after the check-in. The distance is kept, the position is not; you may decline and are checked in all the same.',
  ],
};

export const NOT_COLLECTED: Sentence = [
  '不收集位置、通讯录、相册、剪贴板。相机仅用于扫码，画面不上传。',
  'No location, contacts, album or clipboard. The camera is used for scanning only; no picture is uploaded.',
];

export const NOT_COLLECTED_BESIDE_DISTANCE: Sentence = [
  '不收集通讯录、相册、剪贴板，不保存位置。相机仅用于扫码，画面不上传。',
  'No contacts, album or clipboard, and no position is kept. The camera is used for scanning only; no picture is uploaded.',
];
