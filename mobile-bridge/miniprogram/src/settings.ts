// What a build is made for: the service's address and WeChat's own names of things. scripts/build.mjs puts the values in.
// No secret may ever stand here: every user of the mini-program can read it.

declare const __ORIGIN__: string;
declare const __AWARD_TEMPLATE__: string;
declare const __LOCATION__: boolean;

/** https://host, without a slash at its end. */
export const ORIGIN: string = __ORIGIN__;

/** WeChat's template for 「学分已授予」; empty where none has been applied for, and then the question is not shown. */
export const AWARD_TEMPLATE: string = __AWARD_TEMPLATE__;

/** Whether this build may ask where the phone is; WeChat has to have allowed it. */
export const MAY_LOCATE: boolean = __LOCATION__;
