// Where the mini-program begins and comes back to: what opened it is noted, and scans under way go on.
// Nothing is decided here.

import { context } from './context.ts';
import { guard_privacy } from './privacy.ts';
import { opened_by } from './scene.ts';

App({
  onLaunch(options) {
    opened_by(options ?? wx.getLaunchOptionsSync());
    guard_privacy();
    context();
  },
  onShow(options) {
    opened_by(options ?? wx.getEnterOptionsSync());
  },
});
