// Agreement before the first use of what WeChat counts as private: asked for once, by a button that WeChat itself reads.
// It must not decide what is private (WeChat does), nor show anything.

type Resolve = (answer: { event: 'agree' | 'disagree' | 'exposureAuthorization'; buttonId?: string }) => void;

let waiting: Resolve | null = null;

/** The button whose tap WeChat takes for the agreement. */
export const AGREE_BUTTON = 'agree';

/** Any call for private data before the agreement waits for the privacy page's answer. */
export function guard_privacy(): void {
  wx.onNeedPrivacyAuthorization?.((resolve) => {
    // The typings call it an event; it is WeChat's way to be answered.
    waiting = resolve as unknown as Resolve;
    wx.navigateTo({ url: '/pages/privacy/privacy?ask=1' });
  });
}

export function answer_privacy(agreed: boolean): void {
  waiting?.(agreed ? { event: 'agree', buttonId: AGREE_BUTTON } : { event: 'disagree' });
  waiting = null;
}

/** Older versions of WeChat keep no such account; there the agreement is the person's use of the page that explains it. */
export const agreement_needed = (): Promise<boolean> =>
  new Promise((resolve) => {
    if (wx.getPrivacySetting === undefined) return resolve(false);
    wx.getPrivacySetting({
      success: ({ needAuthorization }) => resolve(needAuthorization),
      // Not known: asked again by WeChat itself, through guard_privacy.
      fail: () => resolve(false),
    });
  });
