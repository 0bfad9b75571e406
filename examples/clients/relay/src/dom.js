// A DOM without a browser, so that this example runs in Node.
import { Window } from "happy-dom";

const window = new Window();
Object.assign(globalThis, { window, document: window.document });
globalThis.navigator ??= window.navigator;
