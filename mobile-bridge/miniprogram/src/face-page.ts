// WeChat's own page for a face check. What it reports to the phone is not handed on: the server asks WeChat itself.
// It must not know what the check is for.

import type { FacePage } from '@zaichang/core';

type Verify = (options: { verifyId: string; complete(): void }) => void;

export const wechat_face_page: FacePage = {
  show: (verify_id) =>
    new Promise((resolve) => {
      // Newer than the typings; older versions of WeChat lack it, and then the server answers "pending".
      const verify = (wx as unknown as { requestFacialVerify?: Verify }).requestFacialVerify;
      if (verify === undefined) resolve();
      else verify({ verifyId: verify_id, complete: () => resolve() });
    }),
};
