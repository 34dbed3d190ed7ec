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

  get height(): number {
    const { count, rowHeight } = this.#options();
    return count * rowHeight;
  }

  /** The index of the first row that is wholly on screen. */
  get firstWhole(): number {
    const { rowHeight, scroller } = this.#options();
    return Math.ceil((scroller?.scrollTop ?? 0) / rowHeight);
  }

  /** The number of whole rows that fit on the screen. */
  get page(): number {
    const { rowHeight, headerHeight, scroller } = this.#options();
    return Math.max(1, Math.floor(((scroller?.clientHeight ?? 0) - headerHeight) / rowHeight));
  }

  scrollTo(index: number): void {
    this.#virtualizer.scrollToIndex(index, { align: "auto" });
  }

  scrollToTop(): void {
    this.scrollToOffset(0);
  }

  scrollToOffset(pixels: number): void {
    this.#virtualizer.scrollToOffset(pixels);
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
      observeElementOffset,
      scrollToFn: elementScroll,
      onChange: () => this.#changed(),
    };
  }

  #changed(): void {
    this.#version = ++this.#versions;
  }
}
