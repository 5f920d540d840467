// A receipt in few characters: what people read out and staff compare.
// It proves nothing by itself; the receipt's public page does.

/** The receipt's last eight characters in two groups: short enough to be read out to staff. */
export function receipt_tail(receipt: string): string {
  const tail = receipt.slice(-8);
  return `${tail.slice(0, 4)} ${tail.slice(4)}`;
}
