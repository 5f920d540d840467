// Numbers of ID cards that no person of the demo has, with their check digit. It must not know who gets one.

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Of a woman born in 1975: another one for each place below 5,544. @param {number} place */
export function idNumber(place) {
  const day = String((place % 28) + 1).padStart(2, '0');
  const month = String((Math.floor(place / 28) % 12) + 1).padStart(2, '0');
  const order = String(986 - 2 * Math.floor(place / 336)).padStart(3, '0');
  const digits = `4312251975${month}${day}${order}`;
  const sum = WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(digits[at]), 0);
  return digits + '10X98765432'[sum % 11];
}
