// Python in a worker of an exported page: Pyodide with the interpreted chainrule.
//
// The first message brings every file, so nothing depends on what a web server says of its types,
// and neither Pyodide nor code that somebody writes has to reach it. Later messages are calls.
//
// The first worker takes a snapshot of Python's memory when everything is imported, as Pyodide can;
// the workers after it begin with that, in a tenth of the time.

{
  const TYPES = { mjs: "text/javascript", wasm: "application/wasm", zip: "application/zip" };

  const SETUP = `
import sys
from importlib import import_module

sys.path.insert(0, "/chainrule.zip")

from chainrule.drawing.view.page import data_text


def caller(module):
    functions = import_module(module)
    return lambda name, *texts: data_text(getattr(functions, name)(*texts))
`;

  /** A function of the module, called by its name with texts; its result comes as JSON.
   *  @type {(name: string, ...texts: string[]) => string} */
  let call;

  /** @param {{ files: Record<string, Blob>, lock: object, module: string, snapshot?: Blob }} job
   *  @returns {Promise<Blob>} the snapshot */
  async function start({ files, lock, module, snapshot }) {
    const load = (/** @type {string} */ name) =>
      import(URL.createObjectURL(new Blob([files[name]], { type: TYPES.mjs })));
    globalThis.fetch = async (address) => {
      const name = String(address).split("/").at(-1);
      return new Response(files[name], {
        headers: { "Content-Type": TYPES[name.split(".").at(-1)] },
      });
    };
    globalThis.importScripts = undefined; // Pyodide would try it, and Firefox report that
    const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([
      load("pyodide.mjs"),
      load("pyodide.asm.mjs"),
    ]);
    const python = await loadPyodide({
      indexURL: "https://files.invalid/", // what fetch answers
      createPyodideModule,
      lockFileContents: lock,
      jsglobals: {},
      env: { PYTHONDONTWRITEBYTECODE: "1" },
      stdin: () => null,
      stdout: () => {},
      stderr: () => {},
      ...(snapshot ? { _loadSnapshot: snapshot.arrayBuffer() } : { _makeSnapshot: true }),
    });
    const source = new Uint8Array(await files["chainrule.zip"].arrayBuffer());
    python.FS.writeFile("/chainrule.zip", source);
    if (!snapshot) {
      python.runPython(SETUP);
      python.globals.get("import_module")(module).destroy();
      snapshot = new Blob([python.makeMemorySnapshot()]);
    }
    call = python.globals.get("caller")(module);
    return snapshot;
  }

  /** Pyodide waits for ever if WebAssembly refuses its code: tell the page. */
  const { instantiateStreaming } = WebAssembly;
  WebAssembly.instantiateStreaming = (...all) =>
    instantiateStreaming(...all).catch((error) => {
      fail(error);
      throw error;
    });

  /** @param {any} error */
  function fail(error) {
    const isDeep = error instanceof RangeError || error?.name === "InternalError"; // in Firefox
    const isQuit = error?.status !== undefined;
    const reason = !call ? "broken" : isDeep ? "deep" : isQuit ? "quit" : "ended";
    postMessage({ failure: String(error?.message ?? error), reason, status: error?.status });
  }

  addEventListener("message", async ({ data }) => {
    try {
      if (data.files) postMessage({ snapshot: await start(data) });
      else postMessage({ text: call(data.name, ...data.texts) });
    } catch (error) {
      fail(error);
    }
  });
}
