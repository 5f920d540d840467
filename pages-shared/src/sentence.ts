// A sentence of a catalogue: Chinese first, English beside it.
// It must not know any sentence, nor where one is shown.

/** Blanks are written {like_this}. */
export type Sentence = readonly [zh: string, en: string];
