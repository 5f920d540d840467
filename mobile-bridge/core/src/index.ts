// The entry point of this package: everything a page may use. The words of refusals have their own entry point,
// `@zaichang/core/refusals`: most scans never need them, and a first load is counted in kilobytes.

export { api_over, type Api, type Proof } from './api.ts';
export {
  ANONYMOUS_LIFE_MS,
  is_answered,
  type Attempt,
  type Deferred,
  type NeedsFace,
  type NeedsLogin,
  type Recorded,
  type Refused,
  type Wait,
} from './attempt.ts';
export { call_over } from './call.ts';
export { claim_over, type ClaimNumber } from './claim-api.ts';
export { consent_over, type Consent } from './consent.ts';
export { sender } from './sender.ts';
export { device_id_on } from './device.ts';
export { with_face, type FacePage } from './face.ts';
export * from './fields.ts';
export { next_with_face } from './next-face.ts';
export { nth_today } from './nth-today.ts';
export { hold, is_held, may_follow, present_again } from './held.ts';
export { make_outbox, type Outbox } from './outbox.ts';
export { own_logins_api_over, type OwnLoginsApi } from './own-logins-api.ts';
export { own_password_api_over, type OwnPasswordApi } from './own-password-api.ts';
export { own_phone_api_over, type OwnPhoneApi } from './own-phone-api.ts';
export * from './person-fields.ts';
export type { Clock, HttpReply, HttpRequest, Platform, Storage, Wake } from './platform.ts';
export * from './receipt-tail.ts';
export * from './record-days.ts';
export { make_retry, type Pause } from './retry.ts';
export { send_with_work, work_for } from './sms-code.ts';
export { read_scanned, type Scanned } from './scan-code.ts';
export { server_clock, type ServerClock } from './server-clock.ts';
export { session_in, with_session, type Session } from './session.ts';
export { store_in } from './store.ts';
export { watch_spot_check, type SpotCheckWatch, type SpotNotice } from './spot-check.ts';
export * from './times.ts';
export { with_work } from './with-work.ts';
export { is_bound, wechat_api_over, type WechatApi } from './wechat-api.ts';
export type * from './wire/routes.ts';
export { read_login, read_problem, type Answer } from './wire/read.ts';
export type * from './wire/wire.ts';
export { AWARD_MESSAGE, BIND, PERSON_FAULTS } from './words/bind.ts';
export { UNBIND } from './words/unbind.ts';
export { CAMERA, CAMERA_FAULTS, SEEN_INSTEAD, type CameraFault } from './words/camera.ts';
export { CLAIM, CLAIM_FAULTS, CLAIM_REASONS, CLAIM_REFUSALS, type ClaimFault } from './words/claim.ts';
export { CHECK_IN, WAITS } from './words/check-in.ts';
export { HOME, NOTICES } from './words/home.ts';
export { FACE } from './words/face.ts';
export { FIELD_FAULTS, LOGIN } from './words/login.ts';
export { MINI_PROGRAM } from './words/mini-program.ts';
export {
  COLLECTED,
  COLLECTED_WHERE_ASKED,
  NOT_COLLECTED,
  NOT_COLLECTED_BESIDE_DISTANCE,
  PRIVACY,
} from './words/privacy.ts';
export { ANNOUNCEMENTS } from './words/announcements.ts';
export { INBOX } from './words/inbox.ts';
export { LOGGED_IN_WITH, OWN_LOGINS } from './words/own-logins.ts';
export {
  OWN_PASSWORD,
  OWN_PASSWORD_REFUSALS,
  PASSWORD_FAULTS,
  type PasswordFault,
} from './words/own-password.ts';
export { OWN_PHONE, OWN_PHONE_REFUSALS } from './words/own-phone.ts';
export { RECEIPT, RECORDS, SOURCES } from './words/records.ts';
export { CONSENT, PRIVACY_VERSION } from './words/privacy-version.ts';
export * from './words/registration.ts';
export { RESULT_WHO } from './words/result-who.ts';
export { say, type Blanks, type Sentence } from './words/sentence.ts';
export { SHELL } from './words/shell.ts';
export { SPOT_CHECK } from './words/spot-check.ts';
export { COURSE, STAFF } from './words/staff.ts';
export { WECHAT_LOGIN } from './words/wechat-login.ts';
