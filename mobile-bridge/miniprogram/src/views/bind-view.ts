// The binding form as a page shows it: its fields, what is wrong with them, and the button that fits the moment.
// It must not judge what is typed (bind-form.ts does).

import { BIND, LOGIN, PRIVACY, type Sentence } from '@zaichang/core';
import { FIELDS, FIELDS_OF, type FieldName, type Way } from '../bind-form.ts';
import { beside, context, t } from '../context.ts';
import { AGREE_BUTTON } from '../privacy.ts';
import type { Heading } from './view.ts';

export interface Typed {
  way: Way;
  texts: Record<FieldName, string>;
  /** As left and tidied. Only this is ever put into a field: what is being typed is the keyboard's, not ours. */
  settled: Record<FieldName, string>;
  faults: Partial<Record<FieldName, Sentence | null>>;
  /** Null until WeChat has said whether the person has agreed. */
  agreed: boolean | null;
  wechat_is_away: boolean;
  busy: 'sms_code' | 'entering' | null;
  sent: boolean;
  /** Server Unix ms. */
  resend_at: number;
  trouble: string;
}

export interface BindView {
  title: Heading;
  lead: string;
  fields: {
    name: FieldName;
    label: string;
    text: string;
    fault: string;
    note: string;
    keyboard: string;
    longest: number;
    next: 'next' | 'done';
    button: { text: string; off: boolean } | null;
  }[];
  /** The agreement that has to come first; the form waits. */
  ask: {
    title: string;
    why: string;
    contract: string;
    agree: string;
    decline: string;
    button: string;
  } | null;
  trouble: string;
  submit: { text: string; busy: boolean; by_wechat: boolean };
  other_way: string;
}

export function bind_view(typed: Typed): BindView {
  const { way, busy, trouble } = typed;
  const title = way === 'phone' ? LOGIN.log_in : BIND.title;
  const waits = context()
    .outbox.all()
    .some(({ state }) => state === 'needs_login');
  const submit = way === 'phone' ? phone_words(waits) : waits ? BIND.bind_and_check_in : BIND.bind;
  const by_wechat = way === 'bind_by_wechat' && busy === null && well_filled(typed);
  return {
    title: { text: t(title), beside: beside(title) },
    lead: way === 'phone' ? (typed.wechat_is_away ? t(BIND.sms_only) : '') : t(BIND.why),
    fields: FIELDS_OF[way].map((name, place, all) => field_view(name, place === all.length - 1, typed)),
    ask: typed.agreed === false ? agreement() : null,
    trouble,
    submit: {
      text: t(
        busy === 'entering'
          ? way === 'phone'
            ? LOGIN.logging_in
            : BIND.binding
          : by_wechat
            ? BIND.by_wechat
            : submit,
      ),
      busy: busy === 'entering',
      by_wechat,
    },
    other_way:
      way === 'phone' ? '' : t(way === 'bind_by_wechat' ? BIND.by_sms_instead : BIND.by_wechat_instead),
  };
}

const phone_words = (waits: boolean): Sentence => (waits ? LOGIN.log_in_and_check_in : LOGIN.log_in);

/** WeChat's dialogue is only opened over a form that is worth it. */
const well_filled = ({ way, texts }: Typed): boolean =>
  FIELDS_OF[way].every((name) => FIELDS[name].fault(FIELDS[name].tidy(texts[name])) === null);

function field_view(name: FieldName, last: boolean, typed: Typed): BindView['fields'][number] {
  const { label, keyboard, longest } = FIELDS[name];
  const fault = typed.faults[name];
  return {
    name,
    label: t(label),
    text: typed.settled[name],
    fault: fault ? t(fault) : '',
    note: name === 'sms_code' && typed.sent ? t(LOGIN.sms_code_sent) : '',
    keyboard,
    longest,
    next: last ? 'done' : 'next',
    button: name === 'sms_code' ? sms_button(typed) : null,
  };
}

function sms_button({ busy, resend_at }: Typed): { text: string; off: boolean } {
  const seconds = Math.ceil((resend_at - context().clock.now()) / 1000);
  if (busy === 'sms_code') return { text: t(LOGIN.sending_sms_code), off: true };
  return seconds > 0
    ? { text: t(LOGIN.resend_in, { seconds }), off: true }
    : { text: t(LOGIN.send_sms_code), off: false };
}

const agreement = (): NonNullable<BindView['ask']> => ({
  title: t(PRIVACY.ask),
  why: t(PRIVACY.ask_why),
  contract: t(PRIVACY.title),
  agree: t(PRIVACY.agree),
  decline: t(PRIVACY.decline),
  button: AGREE_BUTTON,
});
