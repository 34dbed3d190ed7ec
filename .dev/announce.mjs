// Usage: announce.mjs TAG FOLDER
// Prints the updater's manifest (latest.json) for the signed installers in FOLDER.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [tag, folder] = process.argv.slice(2);
const kinds = { ".AppImage": ["linux-x86_64"], "-setup.exe": ["windows-x86_64"], ".app.tar.gz": ["darwin-x86_64", "darwin-aarch64"] };
const platforms = {};
for (const file of readdirSync(folder)) {
  const kind = Object.keys(kinds).find((ending) => file.endsWith(ending));
  if (!kind) continue;
  const signature = readFileSync(join(folder, `${file}.sig`), "utf8");
  const url = `https://github.com/${process.env.GITHUB_REPOSITORY}/releases/download/${tag}/${encodeURIComponent(file)}`;
  for (const platform of kinds[kind]) platforms[platform] = { signature, url };
}
if (Object.keys(platforms).length !== 4) throw new Error(`not every platform is signed: ${Object.keys(platforms)}`);
console.log(JSON.stringify({ version: tag.replace(/^v/, ""), pub_date: new Date().toISOString(), platforms }, null, 2));
