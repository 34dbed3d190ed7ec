// Usage: try-installed.mjs PROGRAM [DRIVER...]
// Starts the installed program with an empty data folder and waits until its window is ready. With the command of a WebDriver on
// port 4444 (tauri-driver on Windows), it also opens the practice partner, quits, and checks that the partner's file was closed.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [program, ...driver] = process.argv.slice(2);
const PORT = 4444;
const data = mkdtempSync(join(tmpdir(), "xpo-admin-"));
const env = { ...process.env, XPO_ADMIN_DATA_DIR: data, TAURI_WEBVIEW_AUTOMATION: "true" };

async function waitFor(what, probe) {
  const end = Date.now() + 90_000;
  for (;;) {
    const found = await Promise.resolve()
      .then(probe)
      .catch(() => undefined);
    if (found) return found;
    if (Date.now() > end) throw new Error(`timed out waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const list = (folder) => readdirSync(join(data, folder));
const windowIsReady = () => list("logs").some((name) => readFileSync(join(data, "logs", name), "utf8").includes("the window is ready"));

async function webDriver(method, path, body) {
  const request = { method, body: body && JSON.stringify(body), headers: { "Content-Type": "application/json" } };
  const answer = await fetch(`http://127.0.0.1:${PORT}${path}`, request);
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${value.message}`);
  return value;
}

async function openPracticePartner() {
  const options = { "tauri:options": { application: program } };
  await waitFor("the driver", () => webDriver("GET", "/status"));
  const { sessionId } = await webDriver("POST", "/session", { capabilities: { alwaysMatch: options } });
  const run = (script, ...args) => webDriver("POST", `/session/${sessionId}/execute/async`, { script, args });
  const click = (name) =>
    waitFor(`"${name}"`, () =>
      run(
        `const [name, done] = arguments;
         const named = (element) => [element.textContent.trim(), element.ariaLabel].includes(name) && !element.disabled;
         const found = [...document.querySelectorAll("button, a")].find(named);
         found?.click();
         done(Boolean(found));`,
        name,
      ),
    );
  const invoke = async (command, args = {}) => {
    const script = `const [command, args, done] = arguments;
      window.__TAURI_INTERNALS__.invoke(command, args).then((result) => done({ result }), (error) => done({ error }));`;
    const { result, error } = await run(script, command, args);
    if (error) throw new Error(`${command}: ${JSON.stringify(error)}`);
    return result;
  };

  await waitFor("the window", windowIsReady);
  await invoke("save_profile", { profile: { name: "Ana Admin", email: "" } });
  await webDriver("POST", `/session/${sessionId}/refresh`, {});
  await click("Try with demo data");
  await waitFor("the practice partner", () => invoke("tiktok_app"));
  // There is no answer if the program has already quit.
  await invoke("quit").catch(() => undefined);
  await waitFor("the file to be closed", () => !list("partners").some((name) => name.endsWith(".open")));
}

const [command, ...args] = driver.length > 0 ? driver : [program];
const child = spawn(command, args, { env, stdio: "inherit" });
try {
  if (driver.length > 0) await openPracticePartner();
  else await waitFor("the window", windowIsReady);
} finally {
  child.kill();
}
rmSync(data, { recursive: true, force: true, maxRetries: 10 });
console.log(`${program} works.`);
