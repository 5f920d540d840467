// Checks that a text is cut into paragraphs, that web addresses alone become links, and that nothing of it is lost. It must not draw.
import { expect, test } from 'vitest';
import { paragraphsOf, partsOfLine } from './plain-text';

test('empty lines part paragraphs, single ones lines', () => {
  const told = paragraphsOf('一\n二\n\n三\n').map((paragraph) => paragraph.map((line) => line[0]!.text));
  expect(told).toEqual([
    ['一', '二'],
    ['三', ''],
  ]);
});

test('a web address is a link up to the end of its sentence, and no other scheme is', () => {
  const links = (line: string) =>
    partsOfLine(line)
      .map(({ href }) => href)
      .filter((href) => href !== null);
  expect(links('请登录https://wjw.example.cn/a?b=1。')).toEqual(['https://wjw.example.cn/a?b=1']);
  expect(links('See http://a.example/x. Then https://b.example')).toEqual([
    'http://a.example/x',
    'https://b.example',
  ]);
  for (const none of [
    'javascript:alert(1)',
    'data:text/html,x',
    'https://',
    'https://bank.example@evil.example/',
    '<a href="x">',
  ])
    expect(links(none)).toEqual([]);
});

test('nothing is lost', () => {
  for (const line of ['', '<b>https://a.example/">x</b>', 'https://a.example,https://b.example@c 完'])
    expect(
      partsOfLine(line)
        .map(({ text }) => text)
        .join(''),
    ).toBe(line);
});
