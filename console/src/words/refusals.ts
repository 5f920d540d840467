// What each refusal says where no problem came with its code, or its reader has changed the language since: the server's own
// sentences, and those of what only the browser sees. One that is missing does not compile.
// It must not repeat what the server says: that is its module's to word.
import { REFUSAL_SENTENCES, type RefusalSentences } from '@zaichang/shared/refusals';
import type { RefusalCode } from '@zaichang/shared/refusal-code';
import type { Sentence } from '@zaichang/shared/sentence';

/** What the browser saw instead of an answer. */
export type OwnRefusal = 'offline' | 'slow' | 'unreadable' | 'unsaved' | 'not_loaded';

const own: Record<OwnRefusal, RefusalSentences> = {
  offline: {
    title: ['无法连接服务器', 'The server cannot be reached'],
    detail: ['请检查网络后重试。', 'Please check the network and try again.'],
  },
  slow: {
    title: ['服务器响应超时', 'The server did not answer in time'],
    detail: ['请稍后重试。', 'Please try again in a moment.'],
  },
  unreadable: {
    title: ['服务器返回异常', "The server's answer cannot be read"],
    detail: [
      '请刷新页面；如仍如此，请联系系统管理员。',
      "Please reload the page; if it stays, tell the system's administrator.",
    ],
  },
  unsaved: {
    title: ['暂时无法保存，尚未签到', 'Cannot be saved for a moment: not checked in yet'],
    detail: ['请稍后重试，重复提交不会重复签到。', 'Please try again shortly: nothing is counted twice.'],
  },
  not_loaded: {
    title: ['页面未能载入', 'The page could not be loaded'],
    detail: [
      '系统可能正在升级，请稍后重试。如仍如此，请关闭本页后重新打开管理端，或联系系统管理员。',
      "The system may be being updated: please try again shortly. If it stays, close this page and open the console anew, or tell the system's administrator.",
    ],
  },
};

export const refusalSentences: Readonly<Record<RefusalCode | OwnRefusal, RefusalSentences>> = {
  ...REFUSAL_SENTENCES,
  ...own,
};

/** Why there is no check-in, as an organiser says it beside a course or a person; any other code has the server's title. */
export const shortReasons: Partial<Record<RefusalCode, Sentence>> = {
  person_inactive: ['人员已注销', 'Registration cancelled'],
  person_merged: ['已合并到其他人员', 'Merged into another person'],
  project_not_approved: ['项目尚未通过审核', 'The project has not been approved'],
  outside_period: ['不在举办周期内', 'Outside the declared period'],
  course_over: ['签到已结束', 'Check-in is over'],
  cap_reached: ['已达考勤人数上限', 'The cap is reached'],
  face_required: ['课程要求人脸核验', 'The course asks for a face check'],
  screen_closed: ['屏幕已关闭', 'The screen has been closed'],
};

export const refusalWords = {
  'refusal.other': ['请求未被接受', 'The request was refused'],
  'refusal.unknown': ['暂不能签到（{code}）', 'Cannot be checked in now ({code})'],
} as const;
