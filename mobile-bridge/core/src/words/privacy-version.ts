// The version of the privacy notice: the day from which it holds. It changes with any sentence of privacy.ts that says what is
// collected, and with the server's own (crates/attendance/src/phone/privacy.rs); people are then asked anew.

export const PRIVACY_VERSION = '2026-11-29';

/** Under this a phone keeps that the server knows of the consent to this version. */
export const CONSENT = `zaichang.privacy.${PRIVACY_VERSION}`;
