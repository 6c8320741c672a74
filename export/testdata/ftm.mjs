// Holds entities on standard input against the model of FollowTheMoney and
// counts them by schema.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
const require = createRequire(process.env.NODE_PATH + "/");
const { Model, defaultModel } = require("@alephdata/followthemoney");

const model = new Model(defaultModel);
const entities = readFileSync(0, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const ids = new Set(entities.map((e) => e.id));
const count = {};
for (const data of entities) {
  const entity = model.getEntity({ properties: {}, ...data });
  for (const [name, values] of Object.entries(data.properties)) {
    const property = entity.schema.getProperty(name); // throws if there is none
    for (const value of values) {
      if (property.type.name === "entity" && !ids.has(value)) throw new Error(`${data.id}: ${name}: no ${value}`);
      if (property.type.name === "country" && !property.type.values.has(value)) throw new Error(`${data.id}: no country ${value}`);
      if (property.type.name === "date" && !/^\d{4}-\d\d-\d\d(T[\d:]+)?$/.test(value)) throw new Error(`${data.id}: no date ${value}`);
    }
  }
  if (!/^[A-Za-z0-9._-]+$/.test(data.id)) throw new Error(`${data.id} is no id`);
  count[entity.schema.name] = (count[entity.schema.name] ?? 0) + 1;
}
for (const name of Object.keys(count).sort()) console.log(name, count[name]);
