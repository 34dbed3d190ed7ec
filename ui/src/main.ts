import { mount } from "svelte";
import App from "./App.svelte";
import { firstPaint, paintWithContent } from "./features/app/first-paint";
import { session } from "./features/app/session.svelte";
import { forgetEarly, listen } from "./ipc";
import { network } from "./lib/network.svelte";
import { appearance } from "./lib/preferences.svelte";
import { tameWebView } from "./lib/web-view";
import { preloadScreens } from "./shell/screens";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/utilities.css";

listen();
appearance.start();
network.start();
tameWebView();

const target = document.getElementById("app");
if (target) {
  paintWithContent(target);
  mount(App, { target });
}
void firstPaint.then(() => {
  forgetEarly();
  void session.reread();
  return preloadScreens();
});
