// TanStack Virtual for Svelte 5 runes: which rows of a tall list are on screen.
import {
  Virtualizer,
  defaultRangeExtractor,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";

interface Rows {
  count: number;
  scroller: HTMLElement | undefined;
  /** Pixels, the same for each row. */
  rowHeight: number;
  /** Pixels of the sticky header inside the scroller. */
  headerHeight: number;
  /** A row that stays in the document even when it is out of sight; -1 for none. */
  pinned: number;
}

export class VirtualRows {
  #options: () => Rows;
  #virtualizer: Virtualizer<HTMLElement, HTMLElement>;
  #version = $state(0);
  // The number is counted apart, so that an effect which bumps it does not depend on it.
  #bumps = 0;

  /** To be called while a component is set up. */
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

  /** The places on screen, the last one excluded; null while nothing is measured. */
  get window(): { first: number; end: number } | null {
    void this.#version;
    this.#virtualizer.getVirtualItems();
    const range = this.#virtualizer.range;
    return range && { first: range.startIndex, end: range.endIndex + 1 };
  }

  get height(): number {
    const { count, rowHeight } = this.#options();
    return count * rowHeight;
  }

  /** Whole rows that fit on the screen. */
  get page(): number {
    const { rowHeight, headerHeight, scroller } = this.#options();
    return Math.max(1, Math.floor(((scroller?.clientHeight ?? 0) - headerHeight) / rowHeight));
  }

  scrollTo(index: number): void {
    this.#virtualizer.scrollToIndex(index, { align: "auto" });
  }

  scrollToTop(): void {
    this.#virtualizer.scrollToOffset(0);
  }

  #resolved(): VirtualizerOptions<HTMLElement, HTMLElement> {
    const { count, scroller, rowHeight, headerHeight, pinned } = this.#options();
    return {
      count,
      getScrollElement: () => scroller ?? null,
      estimateSize: () => rowHeight,
      overscan: 6,
      scrollMargin: headerHeight,
      scrollPaddingStart: headerHeight,
      rangeExtractor: (range) => {
        const indexes = defaultRangeExtractor(range);
        if (pinned >= 0 && pinned < count && !indexes.includes(pinned)) indexes.push(pinned);
        return indexes.sort((a, b) => a - b);
      },
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => this.#changed(),
    };
  }

  #changed(): void {
    this.#version = ++this.#bumps;
  }
}
