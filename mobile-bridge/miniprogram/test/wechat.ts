// A simulated WeChat around the built pages: its storage, its network, its login, scanner and questions, and a stack of pages.
// The mini-program can be killed and opened again; what wx keeps stays. It must not know the service it talks to.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { TAPPABLE, all_in, happens, render, said, type Drawn, type Rendered } from './drawn.ts';
import { BUILT, ORIGIN } from './places.ts';
import type { HttpRequest } from './service.ts';

const require = createRequire(import.meta.url);
type Reply = { status: number; json: unknown };
export type Line = 'up' | 'down' | 'loses_replies' | 'portal';

export interface OpenPage {
  name: string;
  query: Record<string, string>;
  component: Rendered;
}

export class Wechat {
  line: Line = 'up';
  kept = new Map<string, string>();
  /** What WeChat says of the phone's place; null when the person would rather not. */
  position: { latitude: number; longitude: number; accuracy: number } | null = null;
  located: object[] = [];
  asked: HttpRequest[] = [];
  pages: OpenPage[] = [];
  /** What its scanner reads next: a text, or why there is none. */
  scanner: { text: string } | { errMsg: string } = { errMsg: 'scanCode:fail cancel' };
  login_works = true;
  js_code: () => string = () => `js-code-${(this.#codes += 1)}`;
  /** Called when a code has been exchanged for a pass. */
  after_scan: () => void = () => {};
  /** Whether the person has yet to agree to the privacy notice. */
  needs_agreement = false;
  /** What WeChat's dialogues asked, and what is answered to them. */
  dialogues: { title: string; content: string; confirmText: string; cancelText: string }[] = [];
  confirms = true;
  subscription: Record<string, string> | { errMsg: string } = {};
  font_scale = 1;
  /** Called when the provider's face page is shown. */
  face: (verify_id: string) => void = () => {};
  scan_options: unknown[] = [];
  privacy_listener: ((resolve: (answer: unknown) => void) => void) | null = null;
  storage_is_full = false;
  #codes = 0;
  #shown: ((options: object) => void)[] = [];
  #network: ((network: object) => void)[] = [];
  #app: { onLaunch?(options: object): void; onShow?(options: object): void } = {};
  #answer: (asked: HttpRequest) => Reply | Promise<Reply>;
  #killed: () => void;
  #origin: string;
  #built: string;

  /** `killed`: what is to be done to timers of a program that is no more. */
  constructor(
    answer: (asked: HttpRequest) => Reply | Promise<Reply>,
    killed: () => void,
    origin = ORIGIN,
    built = BUILT,
  ) {
    this.#answer = answer;
    this.#killed = killed;
    this.#origin = origin;
    this.#built = built;
    Object.assign(globalThis, {
      wx: this.#wx(),
      App: (app: object) => (this.#app = app),
      getApp: () => this.#app,
      getCurrentPages: () => this.pages,
    });
  }

  /** From nothing, as WeChat starts it: the app first, then the page. */
  async launch(page = 'home', query: Record<string, string> = {}, scene = 1001): Promise<OpenPage> {
    this.kill();
    for (const path of Object.keys(require.cache))
      if (path.startsWith(this.#built)) delete require.cache[path];
    require(join(this.#built, 'app.js'));
    const options = { path: `pages/${page}/${page}`, query, scene };
    this.#app.onLaunch?.(options);
    this.#app.onShow?.(options);
    return this.open(page, query);
  }

  /** Shown again by a scan while it runs: another page on top. */
  async enter(page: string, query: Record<string, string>, scene: number): Promise<OpenPage> {
    this.#app.onShow?.({ query, scene });
    this.#shown.forEach((shown) => shown({ scene }));
    return this.open(page, query);
  }

  async open(name: string, query: Record<string, string> = {}): Promise<OpenPage> {
    this.top?.component.instance.onHide?.();
    const component = render(this.#built, name);
    component.attach(document.body);
    const page = { name, query, component };
    this.pages.push(page);
    void component.instance.onLoad?.(query);
    void component.instance.onShow?.();
    await settle();
    return page;
  }

  get top(): OpenPage | undefined {
    return this.pages[this.pages.length - 1];
  }

  /** What is on screen, as one line. */
  get text(): string {
    return (this.top?.component.dom.textContent ?? '').replace(/\s+/g, ' ').trim();
  }

  /** What the buttons say that are meant, not those within a row or a field. */
  get buttons(): string[] {
    return this.#all('wx-button.page--action').map(said);
  }

  #all(selector: string): Drawn[] {
    return all_in(this.top?.component, selector);
  }

  button(words: string): Drawn {
    const found = this.#all('wx-button').find((element) => said(element).includes(words));
    if (found === undefined) throw new Error(`no button says “${words}”; there is: ${this.text}`);
    return found;
  }

  /** As a real tap: WeChat notifies the element that it knows itself, within whatever part has drawn it. */
  async tap(words: string, event = 'tap', detail: object = {}): Promise<void> {
    const found = this.#all(TAPPABLE)
      .filter((element) => said(element).includes(words))
      // A row may hold another thing to tap: the one that says nothing else is meant.
      .sort((a, b) => said(a).length - said(b).length)[0];
    if (found === undefined) throw new Error(`nothing to tap says “${words}”; there is: ${this.text}`);
    happens(found, event, detail);
    await settle();
  }

  /** WeChat's own input of the field with that label. */
  field(label: string): Drawn {
    const field = this.#all('.page--field').find((element) => said(element).includes(label));
    const input = field?.querySelector<Drawn>('wx-input');
    if (!input) throw new Error(`no field is called “${label}”; there is: ${this.text}`);
    return input;
  }

  /** Types into the field of that label, and stays in it. */
  async type(label: string, value: string): Promise<void> {
    happens(this.field(label), 'input', { value, cursor: value.length });
    await settle();
  }

  /** Types into the field of that label, and leaves it. */
  async fill(label: string, value: string): Promise<void> {
    const { top } = this;
    await this.type(label, value);
    // What was typed may have been all that was missing: then the page is gone.
    if (this.top !== top) return;
    happens(this.field(label), 'blur', { value });
    await settle();
  }

  back(): void {
    this.#leave(1);
    this.top?.component.instance.onShow?.();
  }

  network(isConnected: boolean): void {
    this.line = isConnected ? 'up' : 'down';
    this.#network.forEach((listener) => listener({ isConnected }));
  }

  /** Swiped away: nothing of the program is left but what wx keeps. */
  kill(): void {
    this.#leave(this.pages.length);
    this.#shown = [];
    this.#network = [];
    this.#killed();
  }

  #leave(pages: number): void {
    for (const { component } of this.pages.splice(this.pages.length - pages)) {
      component.instance.onUnload?.();
      component.detach();
    }
  }

  #go(url: string, replaces: 'none' | 'top' | 'all'): void {
    const [path = '', search = ''] = url.split('?');
    // WeChat hands a page its query as it was written, not decoded.
    const query = Object.fromEntries(
      search
        .split('&')
        .filter(Boolean)
        .map((pair) => pair.split('=') as [string, string]),
    );
    if (replaces === 'top') this.#leave(1);
    if (replaces === 'all') this.#leave(this.pages.length);
    void this.open(path.split('/').pop() ?? '', query);
  }

  #wx() {
    const { kept } = this;
    return {
      getStorageInfoSync: () => ({ keys: [...kept.keys()] }),
      getStorageSync: (key: string) => kept.get(key) ?? '',
      setStorageSync: (key: string, text: string) => {
        if (this.storage_is_full) throw new Error('exceed max storage');
        kept.set(key, text);
      },
      removeStorageSync: (key: string) => void kept.delete(key),
      getLaunchOptionsSync: () => ({ scene: 1001, query: {} }),
      getEnterOptionsSync: () => ({ scene: 1001, query: {} }),
      getAppBaseInfo: () => ({ SDKVersion: '3.6.0', fontSizeScaleFactor: this.font_scale }),
      onAppShow: (listener: (options: object) => void) => void this.#shown.push(listener),
      offAppShow: (listener: unknown) => (this.#shown = this.#shown.filter((known) => known !== listener)),
      onNetworkStatusChange: (listener: (network: object) => void) => void this.#network.push(listener),
      offNetworkStatusChange: (listener: unknown) =>
        (this.#network = this.#network.filter((known) => known !== listener)),
      setNavigationBarTitle: () => {},
      navigateTo: ({ url }: { url: string }) => this.#go(url, 'none'),
      redirectTo: ({ url }: { url: string }) => this.#go(url, 'top'),
      reLaunch: ({ url }: { url: string }) => this.#go(url, 'all'),
      navigateBack: () => this.back(),
      login: ({ success, fail }: { success(r: object): void; fail(r: object): void }) =>
        this.login_works ? success({ code: this.js_code() }) : fail({ errMsg: 'login:fail' }),
      scanCode: (options: { success(r: object): void; fail(r: object): void }) => {
        this.scan_options.push({ ...options, success: undefined, fail: undefined });
        if ('text' in this.scanner) options.success({ result: this.scanner.text, scanType: 'QR_CODE' });
        else options.fail(this.scanner);
      },
      getPrivacySetting: ({ success }: { success(r: object): void }) =>
        success({ needAuthorization: this.needs_agreement }),
      onNeedPrivacyAuthorization: (listener: (resolve: (answer: unknown) => void) => void) =>
        (this.privacy_listener = listener),
      getLocation: ({ success, fail, ...options }: { success(r: object): void; fail(r: object): void }) => {
        this.located.push(options);
        if (this.position === null) fail({ errMsg: 'getLocation:fail auth deny' });
        else success(this.position);
      },
      openPrivacyContract: () => {},
      openAppAuthorizeSetting: () => {},
      requestSubscribeMessage: ({ success, fail }: { success(r: object): void; fail(r: object): void }) =>
        'errMsg' in this.subscription ? fail(this.subscription) : success(this.subscription),
      requestFacialVerify: ({ verifyId, complete }: { verifyId: string; complete(): void }) => {
        this.face(verifyId);
        complete();
      },
      showModal: ({ title, content, confirmText, cancelText, success }: Dialogue) => {
        if (Math.max(confirmText.length, cancelText.length) > 4)
          throw new Error('showModal:fail a button takes four characters');
        this.dialogues.push({ title, content, confirmText, cancelText });
        success({ confirm: this.confirms, cancel: !this.confirms });
      },
      request: (options: RequestOptions) => void this.#request(options),
    };
  }

  async #request({ url, method, data, header, success, fail }: RequestOptions): Promise<void> {
    if (!url.startsWith(`${this.#origin}/`)) throw new Error(`a foreign address: ${url}`);
    // As over the bridge: only what JSON can say arrives.
    const body = data === undefined ? {} : JSON.parse(JSON.stringify(data));
    const bearer = /^Bearer (.+)$/.exec(header.Authorization ?? '')?.[1];
    const asked = { method, path: url.slice(this.#origin.length), body, bearer };
    this.asked.push(asked);
    const { line } = this;
    await Promise.resolve();
    if (line === 'down') return fail({ errMsg: 'request:fail timeout' });
    if (line === 'portal') return success({ statusCode: 200, data: '<html>Wi-Fi</html>', header: {} });
    const { status, json } = await this.#answer(asked);
    if (asked.path === '/api/v1/scans') this.after_scan();
    if (line === 'loses_replies') return fail({ errMsg: 'request:fail' });
    success({ statusCode: status, data: json ?? '', header: { Date: new Date().toUTCString() } });
  }
}

interface Dialogue {
  title: string;
  content: string;
  confirmText: string;
  cancelText: string;
  success(answer: object): void;
}

interface RequestOptions {
  url: string;
  method: string;
  data?: unknown;
  header: Record<string, string>;
  success(reply: object): void;
  fail(error: object): void;
}

/** Lets all pending promises settle. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
}
