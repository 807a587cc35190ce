// Read a service with ogc-client, as geonetwork-ui does; JSON in, JSON out.
import { readFileSync } from "node:fs";
import * as ogc from "@camptocamp/ogc-client/dist/dist-node.js";

const asked = JSON.parse(readFileSync(0, "utf8"));
const endpoint = new ogc.OgcApiEndpoint(asked.url);
const answer = {
  info: await endpoint.info,
  classes: await endpoint.conformanceClasses,
  hasFeatures: await endpoint.hasFeatures,
  collections: await endpoint.featureCollections,
  layers: {},
};
for (const { id, key, count } of asked.layers) {
  const keys = [];
  for (let offset = 0; offset <= count; offset += 1000)
    keys.push(...(await endpoint.getCollectionItems(id, 1000, offset)).map((item) => item.properties[key]));
  const about = await endpoint.getCollectionInfo(id);
  const [first] = await endpoint.getCollectionItems(id, 1, 0);
  const one = await endpoint.getCollectionItem(id, String(first.id));
  const url = await endpoint.getCollectionItemsUrl(id, { asJson: true, limit: 1 });
  const asJson = await (await fetch(url)).json();
  const box = await endpoint.getCollectionItems(id, 1000, 0, undefined, undefined, asked.box);
  answer.layers[id] = {
    keys,
    about: { id: about.id, crs: about.crs, itemFormats: about.itemFormats, title: about.title },
    one: JSON.stringify(one.properties) === JSON.stringify(first.properties),
    asJson: asJson.type,
    box: box.map((item) => item.properties[key]),
  };
}
console.log(JSON.stringify(answer));
