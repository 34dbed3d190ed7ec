// Code that is loaded when it is first needed, or ahead of that.

/** Returns the code, at once if it is loaded. */
export type Lazy<Code> = () => Code | Promise<Code>;

/** Loads the code at the first call, and again after a failure. */
export function lazy<Code>(load: () => Promise<{ default: Code }>): Lazy<Code> {
  let code: Code | undefined;
  let loading: Promise<Code> | undefined;

  async function loaded(): Promise<Code> {
    try {
      return (code = (await load()).default);
    } finally {
      loading = undefined;
    }
  }

  return () => code ?? (loading ??= loaded());
}

/** Loads one after the other, so that the window stays responsive. What fails is loaded again when it is needed. */
export async function preload(all: readonly Lazy<unknown>[]): Promise<void> {
  for (const one of all) await Promise.resolve(one()).catch(() => undefined);
}
