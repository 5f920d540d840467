// Doors that ../../openapi.json does not tell of yet, written by hand: WeChat's sessions and bindings, face checks, spot
// checks. Each goes to wire.ts, taken from openapi.ts, once the document has it. Nothing else stands here.

import type { Login } from './wire.ts';

/** `POST /api/v1/wechat/sessions`, 200: nobody is bound to this WeChat account yet. The ticket lives ten minutes, once. */
export interface NotBound {
  status: 'not_bound';
  bind_ticket: string;
  expires_at: string;
}

/** `POST /api/v1/wechat/sessions`: 201 is a login like any other. */
export type WechatLogin = Login | NotBound;

/** `POST /api/v1/wechat/bindings`: who it is, and a phone proved by WeChat or by a text message. */
export type Binding = {
  bind_ticket: string;
  name: string;
  id_number: string;
} & ({ phone_code: string } | { phone: string; sms_code: string });

/** `POST /api/v1/me/wechat/subscriptions`: what the person answered to WeChat's own question. */
export interface Subscription {
  template: 'award';
  result: 'accept' | 'reject' | 'ban' | 'filter';
}

/** `POST /api/v1/face-checks`, 201: a check that has begun; `verify_id` is what the provider's own page asks for. */
export interface FaceCheck {
  face_check: string;
  provider: string;
  verify_id: string;
  expires_at: string;
}

/** `POST /api/v1/face-checks/{id}/result`: the provider's word, asked for by the server. */
export interface FaceResult {
  status: 'passed' | 'failed' | 'pending';
}

/** `POST /api/v1/spot-checks/asked`: whether the holder of the receipt is asked to scan again now. */
export interface SpotCheckAsked {
  spot_check: null | {
    opens_at: string;
    closes_at: string;
    server_now: string;
    answered: boolean;
  };
}
