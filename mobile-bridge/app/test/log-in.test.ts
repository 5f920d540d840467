// The login by the app's assertion, over a scripted app and server.

import type { Answer, HttpReply, HttpRequest, Login, Platform } from '@zaichang/core';
import { expect, it } from 'vitest';
import type { Host } from '../src/host.ts';
import { log_in } from '../src/log-in.ts';

const AUDIENCE = 'https://cme.example.cn';
const CLIENT = { kind: 'app' as const, device_id: 'device-of-this-phone' };
const LOGIN = {
  session: 'a session',
  person: { id: 1, name: '王晓明', unit: '湘雅医院', department: null, title: '主治医师' },
  expires_at: '2027-05-20T01:00:00Z',
  pass: null,
};

const refusal = (status: number, code: string): HttpReply => ({
  status,
  json: { code, status, title: code },
});

/** The result, the assertions that were asked for, and what was sent. */
async function tried(
  replies: (HttpReply | 'no line')[],
  says: (nth: number) => { is: 'assertion'; assertion: string } | { is: 'no'; code: string } = (nth) => ({
    is: 'assertion',
    assertion: `assertion ${nth}`,
  }),
  pass: string | null = null,
): Promise<{ answer: Answer<Login>; asked: number; sent: HttpRequest[] }> {
  const sent: HttpRequest[] = [];
  let asked = 0;
  const platform = {
    async send(request: HttpRequest) {
      sent.push(request);
      const reply = replies.shift() ?? 'no line';
      if (reply === 'no line') throw new Error(reply);
      return reply;
    },
  } as Platform;
  const assertion = async (): Promise<ReturnType<typeof says>> => says((asked += 1));
  const answer = await log_in(platform, { assertion } as unknown as Host, CLIENT, AUDIENCE, pass);
  return { answer, asked, sent };
}

it('presents what the app’s server says, with the scan that waits for it', async () => {
  const { answer, sent } = await tried([{ status: 201, json: LOGIN }], undefined, 'anonymous pass');
  expect(answer).toEqual({ is: 'value', value: LOGIN });
  expect(sent).toEqual([
    {
      method: 'POST',
      path: '/api/v1/app-sessions',
      body: { assertion: 'assertion 1', client: CLIENT, pass: 'anonymous pass' },
    },
  ]);
});

it.each(['assertion_expired', 'assertion_used'])(
  'asks for another one when it is told %s, once',
  async (code) => {
    const corrected = await tried([refusal(409, code), { status: 201, json: LOGIN }]);
    expect([corrected.answer.is, corrected.asked]).toEqual(['value', 2]);
    const stubborn = await tried([refusal(409, code), refusal(409, code), { status: 201, json: LOGIN }]);
    expect([stubborn.answer.is, stubborn.asked]).toEqual(['refused', 2]);
  },
);

it('asks no second time where another assertion is no help', async () => {
  for (const code of ['assertion_invalid', 'person_not_approved', 'too_many_requests']) {
    const { answer, asked } = await tried([refusal(403, code)]);
    expect([answer.is, asked]).toEqual(['refused', 1]);
  }
});

it('tells the app’s own no from the server’s, and silence from both', async () => {
  const out = await tried([], () => ({ is: 'no', code: 'signed_out' }));
  expect(out.answer).toEqual({ is: 'refused', problem: { code: 'app_signed_out', status: 0 } });
  expect(out.sent).toEqual([]);
  expect((await tried(['no line'])).answer).toEqual({ is: 'no_answer' });
  // A captive portal answers 200 with its own page.
  expect((await tried([{ status: 200, json: undefined }])).answer).toEqual({ is: 'no_answer' });
});
