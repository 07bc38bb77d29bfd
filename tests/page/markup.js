// What was drawn as text: elements as markup, and what was painted on a canvas, line by line. Long
// numbers are cut to two digits after the point.

/** @param {import("./document.js").Element} element */
export function markup(element, indent = "") {
  const styles = Object.entries(element.style).map(([name, value]) => `${name}: ${value}`);
  const typed = ["input", "select", "textarea"].includes(element.localName);
  const attributes = [
    ...[...element.attributes].filter(([name]) => !typed || name !== "value"),
    ...(typed ? [["value", String(element.value)]] : []),
    ...(styles.length ? [["style", styles.join("; ")]] : []),
  ]
    .map(([name, value]) => ` ${name}="${rounded(value)}"`)
    .join("");
  const start = `${indent}<${element.localName}${attributes}`;
  const { childNodes } = element;
  if (!childNodes.length) return `${start}/>`;
  if (!element.children.length) return `${start}>${element.textContent}</${element.localName}>`;
  const inside = childNodes.map((child) =>
    child.localName ? markup(child, `${indent}  `) : `${indent}  ${child.textContent}`,
  );
  return [`${start}>`, ...inside, `${indent}</${element.localName}>`].join("\n");
}

/** @param {string} text */
export function rounded(text) {
  return text.replace(/-?\d+\.\d{3,}(e[-+]\d+)?/g, (number) => String(+(+number).toFixed(2)));
}

/** What was painted on a canvas, each with the state of its context. */
export function painted({ calls }) {
  return calls.map(({ name, what, path, ...state }) =>
    rounded(JSON.stringify([name, what, state], (_, x) => x?.localName ?? x)),
  );
}

/** What has been scrolled to since this was last asked. */
export function scrolled() {
  const { scrolledTo } = document;
  document.scrolledTo = null;
  return scrolledTo ? `scrolled to ${scrolledTo.localName}.${scrolledTo.className}` : "";
}

/** Where the focus is, and whether what stands there is selected. */
export function focus() {
  const { localName, className, isSelected } = document.activeElement;
  const name = document.activeElement.getAttribute("name");
  const words = [localName, className && `.${className}`, name && ` "${name}"`].filter(Boolean);
  return `focus: ${words.join("")}${isSelected ? ", selected" : ""}`;
}
