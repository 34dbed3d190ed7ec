// Asks for what the first screen shows while the code of the screen is still loading. ipc/early.ts takes the answers.
{
  const questions = [
    ["session"],
    ["profile"],
    ["first_steps"],
    ["coverage", { of: "ad_accounts" }],
    ["coverage", { of: "xpo_accounts" }],
    ["attention"],
    ["request_counts"],
    ["freshness"],
    ["flows"],
  ];
  window.earlyAnswers = new Map();
  for (const [command, options] of questions) {
    const answer = window.__TAURI_INTERNALS__.invoke(command, options);
    // Without an open partner, most commands fail. Whoever takes the answer handles that.
    answer.catch(() => undefined);
    window.earlyAnswers.set([command, ...Object.values(options ?? {})].join(" "), answer);
  }
}
