// Sizes in pixels that the code has to know; the styles repeat them.

export const ROW_HEIGHT = 36;
export const HEADER_HEIGHT = 40;
/** The column of the checkboxes. */
export const CHECK_WIDTH = 40;
