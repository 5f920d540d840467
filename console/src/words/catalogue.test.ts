import { expect, it } from 'vitest';
import { REFUSAL_SENTENCES } from '@zaichang/shared/refusals';
import { catalogue } from './catalogue';
import { refusalSentences, shortReasons } from './refusals';

/** What the server says is not checked here, but what only the browser sees. */
const own = Object.entries(refusalSentences).filter(([code]) => !(code in REFUSAL_SENTENCES));
const sentences = [
  ...Object.entries(catalogue),
  ...Object.entries(shortReasons),
  ...own.flatMap(([code, { title, detail }]) => [[code, title] as const, [code, detail] as const]),
];

/** What no page says any more: one word per thing, as a clerk of a training office says it. */
const gone =
  `控制台 管理后台 工作人员 入库 码龄 身份证号 来源 可疑度 补签 学员 继教管理员 主办方 什么时候抽查 持续多久 从哪段时间 没有应答
  没有人缺席 记下 在哪里 再开一页 只取地址 拦住 用掉 换一个 由您负责 扫的是 没有及时 回答 停在 没有找到 领取 新到 减分`.split(
    /\s+/,
  );

it('says none of the words that have been replaced', () => {
  // An act that is so named, and what a struck record is called in full, on every page alike.
  const left = (zh: string) => zh.replaceAll('仅获取投屏地址', '').replaceAll('已记录，主办方未认可', '');
  const said = sentences.filter(([, [zh]]) => gone.some((word) => left(zh).includes(word)));
  expect(said).toEqual([]);
});

it('has every sentence in both languages, with the same blanks, and English without a Chinese word', () => {
  const blanks = (text: string) => (text.match(/\{\w+/g) ?? []).sort().join();
  const broken = sentences.filter(
    ([, [zh, en]]) => !zh || !en || blanks(zh) !== blanks(en) || /[\u3000-\u9fff！]/.test(en),
  );
  expect(broken).toEqual([]);
});
