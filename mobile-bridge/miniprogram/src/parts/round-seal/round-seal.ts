// The stamp: solid when the check-in is recorded, an empty outline on the way there. Drawn with views alone, because
// WXML draws no SVG: letters stand around the ring, each turned to its place. It says one word and a date.

interface Letter {
  letter: string;
  style: string;
}

/** What a letter takes of the ring, in hundredths of the seal's size; Chinese characters are square. */
const width_of = (letter: string, size: number): number => {
  if (/[\u2e80-\uffff]/.test(letter)) return size;
  if (/[ilftjrI.' ]/.test(letter)) return size * 0.34;
  return size * (/[mwMW]/.test(letter) ? 0.86 : 0.58);
};

/** Letters along an arc, centred on its middle. `up`: over the top, read clockwise; otherwise along the bottom. */
function along(text: string, size: number, spacing: number, radius: number, up: boolean): Letter[] {
  const widths = Array.from(text, (letter) => width_of(letter, size) + spacing);
  const degrees = (length: number): number => (length / (2 * Math.PI * radius)) * 360;
  const whole = widths.reduce((sum, width) => sum + width, 0);
  let before = -whole / 2;
  return Array.from(text, (letter, place) => {
    const width = widths[place] ?? 0;
    const turn = degrees(before + width / 2);
    before += width;
    return { letter, style: `transform: rotate(${(up ? turn : -turn).toFixed(2)}deg)` };
  });
}

Component({
  properties: {
    word: { type: String, value: '' },
    beside: { type: String, value: '' },
    around: { type: String, value: '' },
    date: { type: String, value: '' },
    mood: { type: String, value: 'sending' },
  },
  data: { top: [] as Letter[], bottom: [] as Letter[], long: false, chinese: true },
  observers: {
    'word, beside, around'(word: string, beside: string, around: string) {
      const chinese = /[\u2e80-\uffff]/.test(around);
      this.setData({
        top: along(around, chinese ? 8.75 : 5.6, chinese ? 2.4 : 0.5, 37, true),
        bottom: along(beside, 6.25, 0.5, 37, false),
        long: word.length > 4,
        chinese,
      });
    },
  },
});
