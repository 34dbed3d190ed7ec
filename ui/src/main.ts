import { mount } from "svelte";
import App from "./App.svelte";
import { network } from "./lib/network.svelte";
import { appearance } from "./lib/preferences.svelte";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/utilities.css";

appearance.start();
network.start();

const target = document.getElementById("app");
if (target) mount(App, { target });
