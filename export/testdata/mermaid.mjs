// Parses a Mermaid diagram on standard input and counts its parts.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
const require = createRequire(process.env.NODE_PATH + "/");
const { JSDOM } = require("jsdom");
const { window } = new JSDOM("<!doctype html><body></body>");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import(require.resolve("mermaid").replace(/mermaid\.core\.mjs$/, "mermaid.core.mjs"));

const text = readFileSync(0, "utf8");
await mermaid.parse(text); // throws where it does not parse
const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
console.log(`${[...db.getVertices().values()].length} nodes, ${db.getEdges().length} edges`);
