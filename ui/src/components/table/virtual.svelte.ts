// Adapts TanStack Virtual to Svelte 5 runes: computes which rows of a long list are on screen.
import {
  Virtualizer,
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";

/** The greatest height of an element in device pixels, with some room: Chromium has 33,554,431, WebKit as many CSS pixels. */
const MAX_HEIGHT = 15_000_000;
/** The height, at each end of a list that is higher, in which it scrolls as far as the element does. */
const EXACT = 360_000;

interface Rows {
  count: number;
  scroller: HTMLElement | undefined;
  /** Pixels; all rows have the same height. */
  rowHeight: number;
  /** The height of the sticky header inside the scroller, in pixels. */
  headerHeight: number;
  /** A row that is rendered even when it is scrolled out of view; -1 for none. */
  pinned: number;
}

export class VirtualRows {
  #options: () => Rows;
  #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  #version = $state(0);
  // Counted outside the signal, so that an effect that increments it does not depend on it.
  #versions = 0;
  /** How much farther than the element a list is scrolled that is too long for an element; otherwise 0. */
  #ahead = 0;

  /** Call it while a component is initialized. */
  constructor(options: () => Rows) {
    this.#options = options;
    this.#virtualizer = new Virtualizer(this.#resolved());
    $effect(() => this.#virtualizer._didMount());
    $effect.pre(() => {
      this.#virtualizer.setOptions(this.#resolved());
      this.#virtualizer._willUpdate();
      this.#changed();
    });
  }

  get items(): VirtualItem[] {
    void this.#version;
    return this.#virtualizer.getVirtualItems();
  }

  /** The indexes on screen, `end` excluded; null before the first measurement. */
  get window(): { first: number; end: number } | null {
    void this.#version;
    this.#virtualizer.getVirtualItems();
    const range = this.#virtualizer.range;
    return range && { first: range.startIndex, end: range.endIndex + 1 };
  }

  /** The height of the element with the rows: of all rows, unless no element can be that high. */
  get height(): number {
    const { count, rowHeight } = this.#options();
    return Math.min(count * rowHeight, MAX_HEIGHT / window.devicePixelRatio);
  }

  /** How far the rows are scrolled, in pixels. */
  get offset(): number {
    return (this.#options().scroller?.scrollTop ?? 0) + this.#ahead;
  }

  /** Where in its element a row is drawn. One that is far from the screen stays inside, because it would make the element higher. */
  topOf(index: number): number {
    void this.#version;
    const { rowHeight } = this.#options();
    const top = index * rowHeight - this.#ahead;
    return this.#excess > 0 ? Math.max(0, Math.min(top, this.height - rowHeight)) : top;
  }

  /** The index of the first row that is wholly on screen. */
  get firstWhole(): number {
    return Math.ceil(this.offset / this.#options().rowHeight);
  }

  /** The number of whole rows that fit on the screen. */
  get page(): number {
    const { rowHeight, headerHeight, scroller } = this.#options();
    return Math.max(1, Math.floor(((scroller?.clientHeight ?? 0) - headerHeight) / rowHeight));
  }

  scrollTo(index: number): void {
    if (this.#excess === 0) {
      this.#virtualizer.scrollToIndex(index, { align: "auto" });
      return;
    }
    const { rowHeight, headerHeight, scroller } = this.#options();
    const top = index * rowHeight;
    const least = top + rowHeight + headerHeight - (scroller?.clientHeight ?? 0);
    // Rounded so that the whole row is on screen.
    if (this.offset > top) scroller?.scrollTo({ top: Math.floor(this.#elementOffset(top)) });
    else if (this.offset < least) scroller?.scrollTo({ top: Math.ceil(this.#elementOffset(least)) });
  }

  scrollToTop(): void {
    this.scrollToOffset(0);
  }

  scrollToOffset(pixels: number): void {
    if (this.#excess === 0) this.#virtualizer.scrollToOffset(pixels);
    else this.#options().scroller?.scrollTo({ top: this.#elementOffset(pixels) });
  }

  /** By how much all rows are higher than their element. */
  get #excess(): number {
    const { count, rowHeight } = this.#options();
    return count * rowHeight - this.height;
  }

  /** The offset of the rows while the element is scrolled to `top`. Between the ends, each pixel of it is several of the rows. */
  #rowsOffset(top: number): number {
    const passed = (top - EXACT) / (this.height - 2 * EXACT);
    return top + this.#excess * Math.min(1, Math.max(0, passed));
  }

  /** The inverse of `#rowsOffset`. */
  #elementOffset(offset: number): number {
    const passed = (offset - EXACT) / (this.height + this.#excess - 2 * EXACT);
    return offset - this.#excess * Math.min(1, Math.max(0, passed));
  }

  #resolved(): VirtualizerOptions<HTMLElement, HTMLElement> {
    const { count, scroller, rowHeight, headerHeight, pinned } = this.#options();
    return {
      count,
      getScrollElement: () => scroller ?? null,
      estimateSize: () => rowHeight,
      overscan: 2,
      scrollMargin: headerHeight,
      scrollPaddingStart: headerHeight,
      rangeExtractor: (range) => {
        const indexes = defaultRangeExtractor(range);
        if (pinned >= 0 && pinned < count && !indexes.includes(pinned)) indexes.push(pinned);
        return indexes.sort((a, b) => a - b);
      },
      observeElementRect,
      observeElementOffset: (virtualizer, report) =>
        observeElementOffset(virtualizer, (top, isScrolling) => {
          const offset = this.#excess > 0 ? this.#rowsOffset(top) : top;
          this.#ahead = offset - top;
          report(offset, isScrolling);
        }),
      scrollToFn: elementScroll,
      onChange: () => this.#changed(),
    };
  }

  #changed(): void {
    this.#version = ++this.#versions;
  }
}
