// The catalogue: complete, in both languages, polite, and never a code alone.

import type { StrangeCode } from '@zaichang/shared/refusal-code';
import { expect, it } from 'vitest';
import * as core from '../src/index.ts';
import * as refusals from '../src/words/refusal.ts';

const { refusal_text } = refusals;

/** A newer server's code. */
const strange = (code: string) => code as StrangeCode;

const NOW = Date.parse('2026-11-21T01:00:00Z');

/** Every sentence of every file, with the place it stands. */
function sentences(of: unknown, at: string): [string, core.Sentence][] {
  if (Array.isArray(of) && typeof of[0] === 'string') return [[at, of as unknown as core.Sentence]];
  if (typeof of !== 'object' || of === null) return [];
  return Object.entries(of).flatMap(([name, part]) => sentences(part, `${at}.${name}`));
}

const CATALOGUE = Object.entries({ ...core, ...refusals })
  .filter(([name]) => /^[A-Z_]+$/.test(name))
  .flatMap(([name, part]) => sentences(part, name));

it('has every sentence in Chinese and in English, with the same blanks', () => {
  const blanks = (text: string): string => (text.match(/\{\w+\}/g) ?? []).sort().join();
  const broken = CATALOGUE.filter(([, [zh, en]]) => zh === '' || en === '' || blanks(zh) !== blanks(en));
  expect(CATALOGUE.length).toBeGreaterThan(150);
  expect(broken).toEqual([]);
});

it('raises its voice nowhere', () => {
  expect(CATALOGUE.filter(([, [zh, en]]) => /[!！]/.test(zh + en))).toEqual([]);
});

/** What no page says any more, and what is said instead: one word per thing, as a clerk of a training office says it. */
const GONE =
  `控制台 管理后台 工作人员 入库 码龄 身份证号 补签 学员 继教管理员 主办方 待送达 尚未送达 接通后 等待送达 记下 没有取得 没有给出
  网络没有连上 没有认出 在册状态 平台上没有 人比较多 已记录下来 没有找到 换一个 来源`.split(/\s+/);

/** What a struck record is called in full, on every page alike. */
const STRUCK = '已记录，主办方未认可';

it('says none of the words that have been replaced', () => {
  const says = (zh: string): boolean => zh !== STRUCK && GONE.some((word) => zh.includes(word));
  expect(CATALOGUE.filter(([, [zh]]) => says(zh))).toEqual([]);
});

it('speaks English in its English sentences, the name of the other language aside', () => {
  const chinese = CATALOGUE.filter(([at, [, en]]) => /[\u3000-\u9fff]/.test(en) && !/language$/.test(at));
  expect(chinese).toEqual([]);
});

it('shows an English page no sentence that the server said in Chinese, and the other way round', () => {
  const problem = { code: strange('brand_new'), status: 409, title: '本课程暂停签到' };
  expect(refusal_text(problem, 'en', NOW).why).toBe('Please ask the staff.');
  expect(refusal_text({ ...problem, title: 'Check-in is paused' }, 'zh', NOW).why).toBe(
    '请会务人员协助处理。',
  );
  expect(refusal_text({ ...problem, title: 'Check-in is paused' }, 'en', NOW).why).toBe('Check-in is paused');
});

it('says when a course opens, by the hour today and by the day otherwise', () => {
  const problem = { code: 'course_not_open' as const, status: 409, opens_at: '2026-11-21T05:30:00Z' };
  expect(refusal_text(problem, 'zh', NOW).why).toContain('将于 13:30 开始');
  expect(refusal_text({ ...problem, opens_at: '2026-11-21T23:00:00Z' }, 'zh', NOW).why).toContain('11月22日');
});

it('reads an unknown code by the server’s own title, never as a bare code', () => {
  const text = refusal_text({ code: strange('brand_new'), status: 409, title: '本课程暂停签到' }, 'zh', NOW);
  expect(text.why).toBe('本课程暂停签到');
  expect(JSON.stringify(text)).not.toContain('brand_new');
});

it('is not fooled by a code that is a word of the language', () => {
  expect(refusal_text({ code: strange('constructor'), status: 400, title: '有误' }, 'zh', NOW).why).toBe(
    '有误',
  );
});
