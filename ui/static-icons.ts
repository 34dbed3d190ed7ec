// Compiles the icons of @lucide/svelte to plain elements. Its own component builds each icon from data, attribute by attribute,
// which is noticeable where each row of a list has some.
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

const ICON = /@lucide\/svelte\/dist\/icons\/[\w-]+\.svelte$/;

type Element = [tag: string, attributes: Record<string, string>];

export const staticIcons = (): Plugin => ({
  name: "static-icons",
  enforce: "pre",
  load: {
    filter: { id: ICON },
    handler(id) {
      const data = /const iconData = (.*);/.exec(readFileSync(id, "utf8"))?.[1];
      if (data === undefined) throw new Error(`${id} has no icon`);
      const { node, size } = JSON.parse(data) as { node: Element[]; size: number };
      const elements = node.map(([tag, attributes]) => {
        const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`);
        return `<${tag}${written.join("")} />`;
      });
      return `<script>let { size = ${size}, class: name } = $props();</script>
<svg class={name} width={size} height={size} viewBox="0 0 ${size} ${size}" fill="none" stroke="currentColor"
  stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${elements.join("")}</svg>`;
    },
  },
});
