// Sets the theme before the first paint, which modules are too late for. lib/preferences.svelte.ts changes it afterwards.
{
  let theme;
  try {
    theme = JSON.parse(localStorage.getItem("xpo-admin.theme"));
  } catch {
    // Without storage, the theme is the system's.
  }
  const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}
