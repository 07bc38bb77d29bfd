// The entry point of the page.

import { Playground } from "./playground.js";

const read = (/** @type {string} */ id) => JSON.parse(document.getElementById(id).textContent);

const playground = new Playground(read("examples"), read("settings"), read("sets"));
const element = document.getElementById("play");
element.replaceChildren(playground.element);
/** @type {any} */ (element).playground = playground;
playground.begin();
