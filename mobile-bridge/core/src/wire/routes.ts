// The routes of WeChat, face checks and spot checks, under the names this package uses for them. From the API's
// document, closer where it is loose: words that it calls texts, and proofs of which exactly one is given.

import type { components } from '@zaichang/shared/openapi';
import type { Login } from './wire.ts';

type Schemas = components['schemas'];

/** No person is bound to this WeChat account yet. */
export type NotBound = Schemas['WechatNotBound'] & { status: 'not_bound' };

/** Where the person is logged in. */
export type OwnLogin = Schemas['OwnSession'];

/** That it is oneself who replaces the phone: by the one that one has, or by name and document number. */
export type PhoneProof = { phone: string; sms_code: string } | { name: string; number: string };

/** Shown with the new phone. */
export type PhoneProved = Schemas['OwnPhoneProved'];

export type NewPhone = Pick<Schemas['NewOwnPhone'], 'ticket' | 'phone' | 'sms_code'>;

/** The phone from now on, masked. */
export type OwnPhone = Schemas['OwnPhone'];

/** A number that is taken, and the phone that it was registered with. */
export type ClaimByPhone = Pick<Schemas['ClaimByPhone'], 'document' | 'number' | 'phone' | 'sms_code'>;

/** The account by which one logs in with a password; null where none is set. */
export type OwnAccount = Schemas['OwnAccount'];

/** That it is oneself who sets the password. */
export type PasswordProof = Pick<Schemas['PasswordProof'], 'phone' | 'sms_code' | 'name' | 'number'>;

export type NewPassword = Pick<Schemas['NewOwnPassword'], 'ticket' | 'account' | 'password'>;

/** The account from now on. */
export type OwnPasswordSet = Schemas['OwnPasswordSet'];

/** A login like any other, or a ticket to bind with. */
export type WechatLogin = Login | NotBound;

/** Who it is, and a phone proved by WeChat or by a text message: with the binding, or by the login just before it. */
export type Binding = Pick<Schemas['WechatBinding'], 'bind_ticket' | 'name' | 'id_number'> &
  ({ phone_code: string } | { phone: string; sms_code: string } | object);

/** What the person answered to WeChat's own question. */
export type Subscription = Schemas['WechatSubscription'];

/** A check that has begun; `verify_id` is what the provider's own page asks for. */
export type FaceCheck = Schemas['FaceCheck'];

/** The provider's result, requested by the server. */
export type FaceResult = Schemas['FaceCheckResult'] & { status: 'passed' | 'failed' | 'pending' };

/** What is asked now of the holder of a receipt. */
export type ReceiptAsked = Schemas['ReceiptAsked'] & { spot_check: Schemas['OpenSpotCheck'] | null };

/** Where this phone is, as it reports it. */
export type Position = Omit<Schemas['Position'], 'receipt'>;
