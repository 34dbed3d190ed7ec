/** A component that can be given the keyboard focus. */
export interface Focusable {
  focus: () => void;
}
