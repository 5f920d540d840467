// One column of a table. It must not know the rows.

export interface Column<Name extends string> {
  /** Also the name of the slot that draws its cells. */
  name: Name;
  head: string;
  /** A second line of the head, such as the unit of its figures. */
  under?: string;
  /** Figures, at the right. */
  number?: boolean;
  /** Left out where the window has no room for all. */
  wide?: boolean;
  /** Never broken into lines. */
  tight?: boolean;
}
