// The parts that views are made of: what a page shows, as plain texts, so that WXML only sets them.
// A view must not ask for anything, nor change it; pages do.

/** A button in the foot: what it says, and the name of what it does. */
export interface Action {
  text: string;
  does: string;
  second?: boolean;
  busy?: boolean;
}

export interface Heading {
  text: string;
  beside: string;
}

export interface CourseFacts {
  title: string;
  project: string;
  place: string;
  rows: { name: string; value: string }[];
}
