// The entry point of the course's page.

import { Course } from "./course.js";

const read = (/** @type {string} */ id) => JSON.parse(document.getElementById(id).textContent);

const element = document.getElementById("course");
const course = new Course(read("content"), element);
/** @type {any} */ (element).course = course;
course.begin();
