// Sentences of the camera scan: what to aim at, what was seen instead, and why there may be no picture.

import type { Sentence } from './sentence.ts';

export const CAMERA = {
  title: ['扫码签到', 'Scan to check in'],
  aim: ['将会场屏幕上的二维码放入框内', "Aim at the code on the hall's screen"],
  starting: ['正在打开相机', 'Starting the camera'],
  wechat: ['正在打开“扫一扫”', "Opening WeChat's scanner"],
  torch: ['手电筒', 'Torch'],
  zoom: ['变焦', 'Zoom'],
} as const satisfies Record<string, Sentence>;

/** A foreign QR code is named, so that a scan without effect is explained. */
export const SEEN_INSTEAD: Record<'damaged' | 'address' | 'wechat' | 'payment' | 'text', Sentence> = {
  damaged: ['这个签到码不完整，请扫描会场屏幕', "This code is incomplete; please scan the hall's screen"],
  address: ['这是其他网页的二维码，不是签到码', "This is another web page's code, not a check-in code"],
  wechat: [
    '这是微信名片或公众号的二维码，不是签到码',
    "This is a WeChat contact's code, not a check-in code",
  ],
  payment: ['这是收付款码，不是签到码', 'This is a payment code, not a check-in code'],
  text: ['这个二维码里是普通文字，不是签到码', 'This code holds plain text, not a check-in code'],
};

export type CameraFault = 'denied' | 'none' | 'insecure' | 'in_use' | 'no_reader';

export const CAMERA_FAULTS: Record<CameraFault, { what: Sentence; why: Sentence }> = {
  denied: {
    what: ['未获得相机权限', 'The camera is not allowed'],
    why: [
      '请在手机设置或微信的权限设置中允许使用相机，然后再试；也可以直接用微信“扫一扫”。',
      "Please allow the camera in the settings of the phone or of WeChat, then try again; or use WeChat's own scanner.",
    ],
  },
  none: {
    what: ['未找到相机', 'No camera was found'],
    why: [
      '请换用带相机的手机，或请会务人员协助签到。',
      'Please use a phone with a camera, or ask the staff to check you in.',
    ],
  },
  insecure: {
    what: ['此地址不能使用相机', 'This address may not use the camera'],
    why: [
      '浏览器只允许 https 网页使用相机。请用微信“扫一扫”扫描会场屏幕。',
      "Browsers allow the camera on https pages only. Please scan the hall's screen with WeChat's scanner.",
    ],
  },
  in_use: {
    what: ['相机未能打开', 'The camera did not start'],
    why: [
      '相机可能正被其他应用使用，请关闭后再试。',
      'Another app may be using it. Please close it and try again.',
    ],
  },
  no_reader: {
    what: ['此浏览器不能识别二维码', 'This browser cannot read QR codes'],
    why: ['请用微信“扫一扫”扫描会场屏幕。', "Please scan the hall's screen with WeChat's scanner."],
  },
};
