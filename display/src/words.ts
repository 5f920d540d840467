// Every word the page says, Chinese and English. Short, polite, exact.
// It must not know when a word is said.
import type { RefusalCode } from '@zaichang/shared/refusal-code';

export interface Words {
  zh: string;
  en: string;
}

const say = (zh: string, en: string): Words => ({ zh, en });

export const words = {
  brand: say('在场', 'zaichang'),
  purpose: say('继续医学教育现场签到', 'On-site check-in for continuing medical education'),
  codeLabel: say('签到二维码，请用微信扫一扫', 'Check-in QR code, scan with WeChat'),
  codeComing: say('二维码即将显示', 'The code is on its way'),

  headCount: say('今日签到人数', 'Checked in today'),
  records: say('人次', 'records'),
  capReached: say('人数已满', 'Full'),
  period: say('举办周期', 'Declared period'),
  today: say('今天', 'Today'),

  spotCheck: say('抽查：请所有在场人员重新扫码', 'Spot check: everybody present, please scan again'),

  connecting: say('正在连接', 'Connecting'),
  notOpen: say('签到尚未开始', 'Check-in is not open yet'),
  opening: say('即将开始', 'Opening now'),
  closed: say('签到已结束', 'Check-in is closed'),
  down: say('正在重新连接', 'Reconnecting'),
  lineDown: say('与服务器的连接已中断', 'The line to the server is down'),
  refused: say('本页凭证已失效', 'This page needs a new ticket'),

  scan: say('用微信扫一扫签到', 'Scan with WeChat to check in'),
  scanWhenFull: say('人数已满，已签到人员仍可扫码签退', 'Full. Those already in can still scan to sign out'),
  waitForOpening: say('届时将显示二维码，请稍候', 'The code appears when check-in opens'),
  askStaff: say('如有疑问，请联系会务人员', 'For help, please ask the staff'),
  comesBack: say('恢复后将自动显示二维码，请稍候', 'The code comes back by itself'),
  newTicket: say('请在管理端重新打开投屏', 'Please reopen this screen in the console'),
  patience: say('请稍候', 'One moment, please'),

  online: say('在线', 'Online'),
  offline: say('已断开', 'Off'),
  fullScreen: say('全屏', 'Full screen'),
  theme: say('深色／浅色', 'Dark or light'),
};

/** Why a screen shows no code for the rest of the day. */
type ClosedReason = Extract<
  RefusalCode,
  'screen_closed' | 'course_over' | 'outside_period' | 'project_not_approved'
>;

/** Without a prototype: `toString` is no reason. */
const closedReasons: Record<ClosedReason, Words> & { __proto__: null } = {
  __proto__: null,
  screen_closed: say('本屏幕已关闭', 'This screen has been closed'),
  course_over: say('今天的签到时间已过', 'The opening hours of today are over'),
  outside_period: say('今天不在举办周期内', 'Today is outside the declared period'),
  project_not_approved: say('项目尚未通过审核', 'The project is not approved'),
};

/** A reason unknown to this page is not shown at all. */
export const reasonFor = (code: string | null): Words | undefined => closedReasons[code as ClosedReason];

export const opensAt = (time: string): Words => say(`${time} 开始`, `Opens at ${time}`);
export const lastHeard = (time: string): Words => say(`最后更新 ${time}`, `Last update ${time}`);
export const checkedIn = (n: number): Words => say(`今日签到 ${n} 人`, `${n} checked in today`);
/** `290/300` */
export const inAll = (seats: string): Words => say(`累计 ${seats}`, 'in all');
export const daysLeft = (n: number): Words => say(`${n} 天`, n === 1 ? '1 day' : `${n} days`);

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const WEEKDAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');

export const date = ({ month, date: day }: { month: number; date: number }): Words =>
  say(`${month}月${day}日`, `${day} ${MONTHS[month - 1]!}`);
export const weekday = (n: number): Words => say(`周${'日一二三四五六'[n]!}`, WEEKDAYS[n]!);
