// Sentences of a spot check: the notice over a receipt that asks for another scan.

import type { Sentence } from './sentence.ts';

export const SPOT_CHECK = {
  title: ['现场抽查', 'Spot check'],
  asked: [
    '请在 {left} 内再次扫描会场屏幕上的二维码',
    "Please scan the code on the hall's screen again within {left}",
  ],
  answered: ['本次抽查已完成', 'This spot check is done'],
  scan: ['再次扫码', 'Scan again'],
} as const satisfies Record<string, Sentence>;
