// Each state of a visit as a page: what is so, and the one thing to do about it.
// It must not change the visit but by its buttons.

import {
  CHECK_IN,
  CAMERA,
  HOME,
  RESULT_WHO,
  SEEN_INSTEAD,
  SHELL,
  SPOT_CHECK,
  STAFF,
  WAITS,
  day_of,
  day_words,
  minutes_seconds,
  receipt_tail,
  time_of,
} from '@zaichang/core';
import type { Attempt, Recorded, Sentence, Wait } from '@zaichang/core';
import { NEXT_STEPS, refusal_text } from '@zaichang/core/refusals';
import { SEAL } from '../../h5/src/parts/signs.ts';
import { NO, SCAN, SOON } from '../../h5/src/parts/signs-later.ts';
import { consent_view } from './consent.ts';
import { el } from './draw.ts';
import { action, frame, heading, seal, sign, type Words } from './parts.ts';
import type { Shown, Visit } from './visit.ts';
import { APP, NO_SCAN, no_login_words } from './words.ts';

export function view_of(shown: Shown, visit: Visit, words: Words): HTMLElement {
  const { attempt, trouble } = shown;
  if (!shown.consented) return consent_view(shown.declined, visit, words);
  if (attempt === null) return trouble === null ? ready(shown, visit, words) : no_login(shown, visit, words);
  if (attempt.state === 'recorded' || attempt.state === 'already') return done(attempt, shown, visit, words);
  if (attempt.state === 'refused') return refused(attempt.problem, shown, visit, words);
  if (attempt.state === 'needs_login' && attempt.person !== null && shown.person !== null)
    return refused({ code: 'other_person', status: 0 }, shown, visit, words);
  if (attempt.state === 'needs_login' && trouble !== null && shown.pause === null)
    return no_login(shown, visit, words);
  return on_the_way(attempt, shown, visit, words);
}

/** Opened outside an app. */
export function outside(words: Words): HTMLElement {
  const { t } = words;
  const link = el('a', { class: 'action', href: '/' }, t(APP.open_in_browser));
  return frame(words, null, [notice('soon', words, APP.outside, t(APP.outside_why))], [link]);
}

function ready({ person, instead, busy }: Shown, visit: Visit, words: Words): HTMLElement {
  const { t } = words;
  const who = person ? t(APP.hello, { name: person.name }) : t(APP.logging_in);
  const said =
    instead === null
      ? ''
      : t(instead in NO_SCAN ? NO_SCAN[instead as 'denied'] : SEEN_INSTEAD[instead as 'text']);
  const middle = el(
    'div',
    { class: 'home' },
    el('span', { class: 'round-sign large' }, sign(SCAN, 64)),
    heading(words, HOME.title),
    el('p', { class: 'home-what' }, t(HOME.what_to_do)),
    el('p', { class: 'quiet' }, who),
    el('p', { class: 'instead', role: 'status' }, said),
  );
  const scan = action(
    t(busy === 'scanning' ? CAMERA.starting : SHELL.scan),
    () => void visit.scan(),
    false,
    busy === 'scanning',
  );
  return frame(words, null, [middle], [scan]);
}

function on_the_way(attempt: Attempt, shown: Shown, visit: Visit, words: Words): HTMLElement {
  const { t, beside, language } = words;
  const wait = wait_in(attempt, shown);
  const what: Sentence = wait
    ? WAITS[wait]
    : attempt.state === 'opened'
      ? CHECK_IN.opened
      : attempt.state === 'needs_login'
        ? APP.logging_in
        : CHECK_IN.sending;
  const middle = el(
    'div',
    { class: 'way' },
    seal(words, wait ? CHECK_IN.seal_waiting : CHECK_IN.seal_sending, '', wait ? 'waiting' : 'sending'),
    el(
      'h1',
      { class: 'way-heading', tabindex: -1 },
      t(what),
      el('span', { class: 'beside', lang: language === 'zh' ? 'en' : 'zh-CN' }, beside(what)),
    ),
    wait !== null && el('p', { class: 'way-kept' }, t(CHECK_IN.kept, { time: time_of(attempt.scanned_at) })),
    // A pass that is not bound to a person yet lives for minutes.
    wait !== null && !is_anonymous(attempt) && el('p', { class: 'quiet' }, t(CHECK_IN.may_close)),
  );
  const course = attempt.state === 'opened' ? null : attempt.course;
  const busy =
    attempt.state === 'sending' || (attempt.state === 'needs_login' && shown.busy === 'logging_in');
  const try_now = action(t(CHECK_IN.try_now), () => visit.try_now(), false, busy);
  const next = el('p', { class: 'quiet figures way-next', 'data-tick': true }, tick_words(shown, words));
  return frame(words, null, [middle, course && card(course)], wait ? [next, try_now] : []);
}

/** What the scan, or the login that it needs, is waiting for. */
function wait_in(attempt: Attempt, { pause }: Shown): Wait | null {
  if (attempt.state === 'deferred') return attempt.wait;
  if (attempt.state === 'sending') return attempt.after;
  return attempt.state === 'needs_login' ? (pause?.wait ?? null) : null;
}

const is_anonymous = (attempt: Attempt): boolean =>
  attempt.state === 'needs_login' && attempt.person === null;

/** The one text that updates by itself: the seconds to the next try, or those of a spot check. */
export function tick_words({ attempt, pause, busy, spot, now }: Shown, { t }: Words): string {
  if (spot?.is === 'asked') return t(SPOT_CHECK.asked, { left: minutes_seconds(spot.left_ms) });
  const login = busy === 'logging_in' ? null : pause;
  const { retry_at } = (attempt?.state === 'deferred' ? attempt : login) ?? { retry_at: now };
  const left_ms = retry_at - now;
  return left_ms > 0 ? t(CHECK_IN.next_try, { seconds: Math.ceil(left_ms / 1000) }) : t(CHECK_IN.trying);
}

function done(
  { check_in, course, receipt, state }: Recorded,
  shown: Shown,
  visit: Visit,
  words: Words,
): HTMLElement {
  const { t, language } = words;
  const { person, nth } = shown;
  const time = time_of(check_in.at);
  const repeat = state === 'already';
  const title = el(
    'h1',
    { class: repeat ? 'result-again' : 'hidden-text', tabindex: -1 },
    t(repeat ? CHECK_IN.already : CHECK_IN.recorded, { time }),
  );
  const middle = el(
    'div',
    { class: 'result', role: 'status' },
    seal(words, CHECK_IN.recorded, check_in.day.replace(/-/g, '.'), 'done'),
    title,
    !repeat && el('p', { class: 'result-time figures' }, time),
    el('p', { class: 'quiet' }, day_words(check_in.day, language, day_of(shown.now))),
    person &&
      el('p', { class: 'who' }, [person.name, person.department || person.unit].filter(Boolean).join(' · ')),
    nth &&
      el(
        'p',
        { class: 'quiet figures' },
        t(RESULT_WHO.nth, { n: nth.n, time: time_of(nth.first_at).slice(0, 5) }),
      ),
  );
  const about = card(
    { ...course, ...check_in, title: check_in.course_title },
    el(
      'p',
      { class: 'result-receipt' },
      el('span', { class: 'quiet' }, t(CHECK_IN.receipt)),
      el('span', { class: 'result-tail' }, receipt_tail(receipt)),
    ),
  );
  const note = el('p', { class: 'quiet result-note' }, t(CHECK_IN.sign_out));
  return frame(
    words,
    () => void visit.leave_attempt(),
    [middle, about, note],
    [spot_notice(shown, visit, words), action(t(APP.done), () => visit.close(), shown.spot?.is === 'asked')],
  );
}

/** A scan that is asked for comes before everything else that could be done here. */
function spot_notice(shown: Shown, visit: Visit, words: Words): HTMLElement | null {
  const { t } = words;
  const { spot } = shown;
  if (spot === null) return null;
  const asked = spot.is === 'asked';
  const title = el(
    'h2',
    { class: 'spot-title' },
    sign(asked ? SOON : SEAL),
    t(asked ? SPOT_CHECK.title : SPOT_CHECK.answered),
  );
  return el(
    'section',
    { class: `spot ${spot.is}` },
    el('div', { role: 'alert' }, title),
    asked && el('p', { class: 'figures', 'data-tick': true }, tick_words(shown, words)),
    asked && action(t(SPOT_CHECK.scan), () => void visit.scan()),
  );
}

function refused(
  problem: Parameters<typeof refusal_text>[0],
  { now }: Shown,
  visit: Visit,
  words: Words,
): HTMLElement {
  const { t, language } = words;
  const text = refusal_text(problem, language, now);
  const number = problem.request_id
    ? el('p', { class: 'quiet request' }, `${t(STAFF.request)} ${problem.request_id}`)
    : null;
  return frame(
    words,
    () => void visit.leave_attempt(),
    [notice(text.mood, words, text.what, text.why), number],
    [
      text.next === 'present_again'
        ? action(t(NEXT_STEPS.present_again), () => void visit.submit_again())
        : null,
      action(
        t(NEXT_STEPS.scan),
        () => void (visit.leave_attempt(), visit.scan()),
        text.next === 'present_again',
      ),
      action(t(APP.done), () => visit.close(), true),
    ],
  );
}

function no_login(shown: Shown, visit: Visit, words: Words): HTMLElement {
  const { t, language } = words;
  const { trouble, pause, now, busy } = shown;
  const problem = trouble ?? { code: 'no_answer', status: 0 };
  const own = no_login_words(problem);
  const text = refusal_text(problem, language, now);
  const [what, why] = own ? [own[0], t(own[1])] : [text.what, text.why];
  return frame(
    words,
    null,
    [notice(own ? 'soon' : text.mood, words, what, why)],
    [
      pause && el('p', { class: 'quiet figures way-next', 'data-tick': true }, tick_words(shown, words)),
      action(
        t(busy === 'logging_in' ? APP.logging_in : SHELL.try_again),
        () => void visit.log_in(),
        false,
        busy === 'logging_in',
      ),
      action(t(APP.done), () => visit.close(), true),
    ],
  );
}

function notice(mood: 'soon' | 'no', words: Words, what: Sentence, why: string): HTMLElement {
  return el(
    'div',
    { class: `notice ${mood}`, role: 'alert' },
    el('span', { class: 'round-sign' }, sign(mood === 'no' ? NO : SOON, 40)),
    heading(words, what),
    why !== '' && el('p', { class: 'notice-why' }, why),
  );
}

interface About {
  title: string;
  project_number: string;
  project_name: string;
  venue?: string;
  place?: string;
}

function card(
  { title, project_number, project_name, venue, place }: About,
  ...more: HTMLElement[]
): HTMLElement {
  const where = [venue, place].filter(Boolean).join(' · ');
  return el(
    'section',
    { class: 'card' },
    el('h2', { class: 'course-title' }, title),
    el('p', { class: 'quiet' }, `${project_number} ${project_name}`),
    where !== '' && el('p', { class: 'quiet' }, where),
    ...more,
  );
}
