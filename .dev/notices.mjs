// Usage: notices.mjs [CARGO FEATURES]
// Prints the licenses of all libraries that are built into the program, with their texts.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const cargo = (...args) => execFileSync("cargo", args, { encoding: "utf8", maxBuffer: 1 << 28 });
const host = /^host: (.*)$/m.exec(execFileSync("rustc", ["-vV"], { encoding: "utf8" }))[1];
const features = process.argv[2] ? ["--features", process.argv[2]] : [];

/** Maps "NAME VERSION" to its license and its folder. */
const libraries = new Map();
const built = new Set(
  cargo("tree", "--package", "xpo-admin", "--edges", "normal", "--prefix", "none", "--format", "{p}", ...features)
    .split("\n")
    .map((line) => line.split(" ").slice(0, 2).join(" ")),
);
for (const { name, version, license, manifest_path, source } of JSON.parse(cargo("metadata", "--format-version", "1", "--filter-platform", host)).packages) {
  if (source && built.has(`${name} v${version}`)) libraries.set(`${name} ${version}`, { license, folder: dirname(manifest_path) });
}
const { packages } = JSON.parse(readFileSync("ui/package-lock.json", "utf8"));
for (const [place, { version, license, dev, optional }] of Object.entries(packages)) {
  if (place && !dev && !optional) libraries.set(`${place.replace(/.*node_modules\//, "")} ${version}`, { license, folder: join("ui", place) });
}

/** Maps a license text to the libraries that use it, so that each text is printed once. */
const texts = new Map();
for (const [library, { license, folder }] of libraries) {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice|unlicense)/i.test(file)) : [];
  for (const file of files) {
    let text;
    try {
      text = readFileSync(join(folder, file), "utf8").trim();
    } catch {
      continue; // a folder of license texts; `license` names them
    }
    texts.set(text, [...(texts.get(text) ?? []), `${library} (${license ?? "this text"})`]);
  }
}
const rule = "=".repeat(80);
console.log("XPO Admin is built with the following libraries.\n");
for (const [library, { license }] of [...libraries].sort()) console.log(`${library}: ${license ?? "see below"}`);
for (const [text, of] of texts) console.log(`\n${rule}\n${of.sort().join("\n")}\n${rule}\n${text}`);
