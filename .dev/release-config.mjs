// Prints a configuration for `tauri build --config` from the workflow's environment: the updater's address and public key, and the
// thumbprint of the Windows certificate. Everything else about a release is in src-tauri/release.json.
const { GITHUB_REPOSITORY, UPDATER_PUBLIC_KEY, WINDOWS_THUMBPRINT } = process.env;
for (const [name, value] of Object.entries({ GITHUB_REPOSITORY, UPDATER_PUBLIC_KEY })) {
  if (!value) throw new Error(`${name} is not set`);
}
const address = `https://github.com/${GITHUB_REPOSITORY}/releases/latest/download/latest.json`;
const signed = WINDOWS_THUMBPRINT ? { bundle: { windows: { certificateThumbprint: WINDOWS_THUMBPRINT } } } : {};
// The manifest is not signed: only a version inside the signature proves which release a file is.
const updater = { endpoints: [address], pubkey: UPDATER_PUBLIC_KEY, requireSignedVersion: true, allowDowngrades: false };
console.log(JSON.stringify({ ...signed, plugins: { updater } }));
