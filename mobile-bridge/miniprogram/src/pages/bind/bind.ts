// Binding a WeChat account to a registered person, or logging in by phone where WeChat is away: one field per row, the
// phone proved by WeChat's own tap or by a text message. It must not keep what was typed once the page is left.

import {
  BIND,
  PRIVACY,
  consent_over,
  phone_fault,
  send_with_work,
  tidy_phone,
  tidy_sms_code,
  work_for,
  type Answer,
  type Login,
} from '@zaichang/core';
import { FIELDS, FIELDS_OF, type FieldName } from '../../bind-form.ts';
import { context, t } from '../../context.ts';
import { agreement_needed, answer_privacy } from '../../privacy.ts';
import { bind_view, type BindView, type Typed } from '../../views/bind-view.ts';
import { problem_in, trouble_line } from '../../trouble.ts';
import { back, each_second, go, look, name_page } from '../page.ts';

interface Kept extends Typed {
  /** The page goes back once, however many events report the login. */
  left: boolean;
  ends: (() => void)[];
}

type Input = { detail: { value: string }; currentTarget: { dataset: { name: FieldName } } };
type PhoneNumber = { detail: { code?: string; errno?: number; errMsg?: string } };

/** WeChat's code for: the number of phone checks that was paid for is used up. */
const QUOTA_IS_OUT = 1400001;

Component({
  data: { look: look(), view: null as BindView | null },

  methods: {
    kept(): Kept {
      const self = this as unknown as { own?: Kept };
      self.own ??= {
        way: 'bind_by_wechat',
        texts: { name: '', id_number: '', phone: '', sms_code: '' },
        settled: { name: '', id_number: '', phone: '', sms_code: '' },
        faults: {},
        agreed: null,
        wechat_is_away: false,
        busy: null,
        sent: false,
        resend_at: 0,
        trouble: '',
        left: false,
        ends: [],
      };
      return self.own;
    },

    async onLoad(query: { by?: string }) {
      const { login } = context();
      const kept = this.kept();
      if (query.by === 'phone') kept.way = 'phone';
      name_page(BIND.title);
      kept.ends.push(
        each_second(() => this.show()),
        login.watch(() => this.follow()),
      );
      if (query.by !== 'phone') await login.on_request();
      this.follow();
    },

    /** Also back from the privacy page. */
    async onShow() {
      await this.ask_for_agreement();
    },

    onUnload() {
      this.kept()
        .ends.splice(0)
        .forEach((end) => end());
    },

    consent() {
      return consent_over(context().platform, 'wechat');
    },

    async ask_for_agreement() {
      this.kept().agreed = this.consent().is_given() && !(await agreement_needed());
      this.show();
    },

    /** Logged in quietly after all, or WeChat turned out to be away. */
    follow() {
      const kept = this.kept();
      const standing = context().login.standing();
      if (standing.is === 'in' && kept.busy === null) return this.leave();
      if (standing.is === 'trouble' && kept.way !== 'phone' && kept.busy === null) {
        kept.way = 'phone';
        kept.wechat_is_away = true;
      }
      this.show();
    },

    show() {
      const data = { look: look(), view: bind_view(this.kept()) };
      if (JSON.stringify(data) !== JSON.stringify(this.data)) this.setData(data);
    },

    typed(input: Input) {
      const { name } = input.currentTarget.dataset;
      const { texts, way, busy } = this.kept();
      texts[name] = input.detail.value;
      const phone = tidy_phone(texts.phone);
      const { api, outbox, platform } = context();
      if (name === 'phone' && phone_fault(phone) === null && outbox.anonymous_pass() === null)
        void work_for(api, platform.clock, phone);
      // The last of six figures submits like the button, once everything else is there.
      const whole = name === 'sms_code' && busy === null && tidy_sms_code(texts.sms_code).length === 6;
      if (whole && FIELDS_OF[way].every((field) => texts[field] !== '')) void this.submit();
    },

    left(input: Input) {
      const { name } = input.currentTarget.dataset;
      this.kept().texts[name] = input.detail.value;
      // A message is read elsewhere: its field is left before it is filled.
      if (name !== 'sms_code') this.judge(name);
      this.show();
    },

    /** Judged when left, not while typing; a paste is tidied where people can see it. */
    judge(name: FieldName): boolean {
      const { texts, settled, faults } = this.kept();
      const field = FIELDS[name];
      texts[name] = field.tidy(texts[name]);
      settled[name] = texts[name];
      faults[name] = field.fault(texts[name]);
      return faults[name] === null;
    },

    all_well(names: FieldName[]): boolean {
      const well = names.map((name) => this.judge(name)).every(Boolean);
      this.show();
      return well;
    },

    agree() {
      answer_privacy(true);
      this.consent().give();
      this.kept().agreed = true;
      this.show();
    },

    decline() {
      answer_privacy(false);
      this.kept().trouble = t(PRIVACY.declined);
      this.show();
    },

    read_privacy() {
      go('privacy');
    },

    change_way() {
      const kept = this.kept();
      kept.way = kept.way === 'bind_by_wechat' ? 'bind_by_sms' : 'bind_by_wechat';
      kept.trouble = '';
      this.show();
    },

    async message() {
      const { api, outbox, platform } = context();
      const { phone } = this.kept().texts;
      const scan = outbox.anonymous_pass();
      const answer = scan && (await api.send_sms_code(phone, scan));
      // A scan too long ago asks for work like none.
      if (answer && !(answer.is === 'refused' && answer.problem.challenge)) return answer;
      return send_with_work(api, platform.clock, phone);
    },

    async send_sms_code() {
      const kept = this.kept();
      const { clock } = context();
      if (kept.busy !== null || clock.now() < kept.resend_at || !this.all_well(['phone'])) return;
      const answer = await this.ask('sms_code', () => this.message());
      const pause = answer.is === 'value' ? answer.value : answer.is === 'refused' ? answer.problem : null;
      if (pause?.retry_after_ms) kept.resend_at = clock.now() + pause.retry_after_ms;
      kept.sent = kept.sent || answer.is === 'value';
      this.show();
    },

    /** The foot's button where no phone number is asked for by WeChat: with fields still wrong, or with a text message. */
    async submit() {
      const { way, texts } = this.kept();
      if (!this.all_well(FIELDS_OF[way]) || way === 'bind_by_wechat') return;
      const { name, id_number, phone, sms_code } = texts;
      const { login } = context();
      const answer = await this.ask('entering', () =>
        way === 'phone'
          ? login.by_phone({ phone, sms_code })
          : login.bind({ name, id_number, phone, sms_code }),
      );
      this.entered(answer);
    },

    /** WeChat has asked the person for their number, and says how that went. */
    async phone_number({ detail }: PhoneNumber) {
      const kept = this.kept();
      const { code, errno, errMsg } = detail;
      if (code === undefined || code === '') {
        const quota_is_out = errno === QUOTA_IS_OUT;
        const denied = /deny|cancel/.test(errMsg ?? '');
        kept.trouble = t(quota_is_out ? BIND.phone_quota : denied ? BIND.phone_denied : BIND.phone_failed);
        if (quota_is_out) kept.way = 'bind_by_sms';
        return this.show();
      }
      const { name, id_number } = kept.texts;
      this.entered(
        await this.ask('entering', () => context().login.bind({ name, id_number, phone_code: code })),
      );
    },

    async ask<T>(busy: NonNullable<Typed['busy']>, call: () => Promise<Answer<T>>): Promise<Answer<T>> {
      const kept = this.kept();
      kept.busy = busy;
      kept.trouble = '';
      this.show();
      const answer = await call();
      kept.busy = null;
      if (answer.is !== 'value') kept.trouble = trouble_line(problem_in(answer));
      this.show();
      return answer;
    },

    entered(answer: Answer<Login>) {
      if (answer.is !== 'value') return;
      void this.consent().keep();
      const { texts } = this.kept();
      texts.name = texts.id_number = texts.phone = texts.sms_code = '';
      this.leave();
    },

    leave() {
      const kept = this.kept();
      if (!kept.left) back();
      kept.left = true;
    },
  },
});
