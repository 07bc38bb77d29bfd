// The entry point of the page.

import { Playground } from "./playground.js";

const read = (/** @type {string} */ id) => JSON.parse(document.getElementById(id).textContent);

const element = document.getElementById("play");
const content = { examples: read("examples"), sets: read("sets"), words: read("words") };
const playground = new Playground(content, read("settings"), element);
/** @type {any} */ (element).playground = playground;
playground.begin();
