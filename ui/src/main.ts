import { mount } from "svelte";
import App from "./App.svelte";
import { appearance } from "./state/preferences.svelte";
import { network } from "./state/network.svelte";
import "./styles/tokens.css";
import "./styles/base.css";

appearance.start();
network.start();

const target = document.getElementById("app");
if (target) mount(App, { target });
