// What is collected and why; and, where WeChat asks for it, the agreement before anything private is used.
// It must say what is true of the code (the sentences are in the core, words/privacy.ts).

import {
  COLLECTED,
  COLLECTED_WHERE_ASKED,
  NOT_COLLECTED,
  NOT_COLLECTED_BESIDE_DISTANCE,
  PRIVACY,
  PRIVACY_VERSION,
} from '@zaichang/core';
import { beside, t } from '../../context.ts';
import { AGREE_BUTTON, agreement_needed, answer_privacy } from '../../privacy.ts';
import { MAY_LOCATE } from '../../settings.ts';
import { back, look, name_page } from '../page.ts';

Component({
  data: { look: look(), view: null as ReturnType<typeof view_of> | null },

  methods: {
    async onLoad(query: { ask?: string }) {
      name_page(PRIVACY.title);
      this.setData({ look: look(), view: view_of(query.ask === '1' || (await agreement_needed())) });
    },

    /** Leaving without an answer is no agreement; after an answer this changes nothing. */
    onUnload() {
      answer_privacy(false);
    },

    agree() {
      answer_privacy(true);
      back();
    },

    decline() {
      answer_privacy(false);
      back();
    },

    contract() {
      wx.openPrivacyContract({});
    },
  },
});

const view_of = (ask: boolean) => ({
  title: { text: t(PRIVACY.title), beside: beside(PRIVACY.title) },
  version: t(PRIVACY.version, { version: PRIVACY_VERSION }),
  lead: t(PRIVACY.lead),
  collected: [...COLLECTED, ...(MAY_LOCATE ? [COLLECTED_WHERE_ASKED] : [])].map(({ what, why }) => ({
    what: t(what),
    why: t(why),
  })),
  not_collected: t(MAY_LOCATE ? NOT_COLLECTED_BESIDE_DISTANCE : NOT_COLLECTED),
  contract: t(PRIVACY.contract),
  ask: ask ? { agree: t(PRIVACY.agree), decline: t(PRIVACY.decline), button: AGREE_BUTTON } : null,
});
