// Maps of a page: outlines, then the layers that the page names (`layers.py`), as GeoJSON or as vector tiles.
// Nothing comes from another host; without script, WebGL or this file, the page keeps its figure of the extent and its table.
(() => {
  const FR = {
    "NavigationControl.ZoomIn": "Agrandir", "NavigationControl.ZoomOut": "Réduire", "Popup.Close": "Fermer",
    "ScaleControl.Meters": "m", "ScaleControl.Kilometers": "km",
    "CooperativeGesturesHandler.WindowsHelpText": "Ctrl + molette pour agrandir ou réduire la carte",
    "CooperativeGesturesHandler.MacHelpText": "⌘ + molette pour agrandir ou réduire la carte",
    "CooperativeGesturesHandler.MobileHelpText": "Deux doigts pour déplacer la carte",
  };
  const french = document.documentElement.lang === "fr";
  const say = (fr, en) => (french ? fr : en);
  const absolute = (path) => new URL(path, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const shape = (name) => ["==", ["geometry-type"], name];
  const PARTS = ["fill", "edge", "line", "point"];

  function style(box, layers) {
    const sources = { outlines: { type: "geojson", data: absolute(box.dataset.outlines) } };
    const drawn = [
      // the outlines are coarse: they leave when one looks closer
      { id: "ground", type: "background", paint: { "background-color": ["interpolate", ["linear"], ["zoom"], 8.5, colour("panel"), 9.5, colour("paper")] } },
      { id: "land", type: "fill", source: "outlines", paint: { "fill-color": colour("paper") } },
      { id: "borders", type: "line", source: "outlines", paint: { "line-color": colour("none"), "line-width": 1, "line-opacity": ["interpolate", ["linear"], ["zoom"], 8.5, 1, 9.5, 0] } },
    ];
    for (const layer of layers) {
      sources[layer.name] = layer.tiles
        ? { type: "vector", tiles: [absolute(layer.tiles)], maxzoom: layer.deepest ?? 14 }
        : { type: "geojson", data: { type: "FeatureCollection", features: layer.found ?? [] } };
      drawn.push(...parts(layer));
    }
    const listed = layers.find((layer) => layer.listed);
    if (listed) drawn.push({ id: "chosen", type: "line", source: listed.name, filter: ["==", ["get", "@id"], ""], paint: { "line-color": colour("mark"), "line-width": 3 } });
    return { version: 8, sources, layers: drawn };
  }

  function parts({ name, ink, faint, tiles, layer }) {
    const from = { source: name, ...(tiles ? { "source-layer": layer } : {}) };
    const paint = colour(ink);
    const strength = faint ? 0.4 : 1;
    return [
      { id: `${name}-fill`, type: "fill", ...from, filter: shape("Polygon"), paint: { "fill-color": paint, "fill-opacity": 0.16 * strength } },
      { id: `${name}-edge`, type: "line", ...from, filter: shape("Polygon"), paint: { "line-color": paint, "line-width": ["interpolate", ["linear"], ["zoom"], 5, 0.4, 10, 1.2], "line-opacity": 0.8 * strength } },
      { id: `${name}-line`, type: "line", ...from, filter: shape("LineString"), paint: { "line-color": paint, "line-width": 2, "line-opacity": strength } },
      {
        id: `${name}-point`, type: "circle", ...from, filter: shape("Point"),
        paint: {
          "circle-color": paint, "circle-opacity": 0.8 * strength, "circle-stroke-color": colour("paper"), "circle-stroke-width": 1,
          "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 2.5, 10, 5, 15, 8],
        },
      },
    ];
  }

  function grown(bounds, coordinates) {
    if (typeof coordinates[0] === "number") bounds.extend([coordinates[0], coordinates[1]]);
    else for (const each of coordinates) grown(bounds, each);
    return bounds;
  }

  function around(features) {
    const bounds = new maplibregl.LngLatBounds();
    for (const { geometry } of features)
      for (const part of geometry?.geometries ?? [geometry]) if (part?.coordinates?.length) grown(bounds, part.coordinates);
    return bounds;
  }

  // built from text nodes only: an attribute cannot bring markup
  function card(layer, name, properties) {
    const root = document.createElement("div");
    const title = document.createElement("h3");
    const link = document.createElement(layer.items ? "a" : "span"); // some layers have no page for each feature
    const told = Object.entries(properties).filter(([key, value]) => !key.startsWith("@") && value !== null && value !== "" && value !== undefined);
    if (layer.items) link.href = address(layer, name);
    link.textContent = String(properties.nom ?? properties.name ?? properties.nom_station ?? name ?? say("Voir l’objet", "See the feature"));
    title.append(link);
    const list = document.createElement("dl");
    for (const [key, value] of told) {
      const row = document.createElement("div");
      row.append(Object.assign(document.createElement("dt"), { textContent: key }));
      row.append(Object.assign(document.createElement("dd"), { textContent: typeof value === "object" ? JSON.stringify(value) : String(value) }));
      list.append(row);
    }
    root.append(title, list);
    return root;
  }

  function address(layer, name) {
    const url = new URL(layer.items, location.href);
    return name === undefined ? url.href : `${url.pathname}/${encodeURIComponent(name)}${url.search}`;
  }

  const popup = (map, at, content) => new maplibregl.Popup({ maxWidth: "min(22rem, 80vw)" }).setLngLat(at).setDOMContent(content).addTo(map);

  function popups(map, layers) {
    const ids = layers.toReversed().flatMap(({ name }) => PARTS.map((part) => `${name}-${part}`)).filter((id) => map.getLayer(id));
    map.on("click", (event) => {
      const around = [[event.point.x - 4, event.point.y - 4], [event.point.x + 4, event.point.y + 4]];
      const [hit] = map.queryRenderedFeatures(event.point, { layers: ids }).concat(map.queryRenderedFeatures(around, { layers: ids }));
      if (!hit) return;
      const layer = layers.find(({ name }) => name === hit.source);
      const name = hit.properties["@id"] ?? hit.properties.id ?? hit.id;
      popup(map, event.lngLat, card(layer, name, layer.byId?.get(String(name))?.properties ?? hit.properties));
    });
    map.on("mousemove", (event) => {
      map.getCanvas().style.cursor = map.queryRenderedFeatures(event.point, { layers: ids }).length ? "pointer" : "";
    });
  }

  async function read(map, layer) {
    const answer = await fetch(absolute(layer.features), { headers: { accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(`${answer.status} ${layer.title}`);
    const body = await answer.json();
    const all = body.type === "Feature" ? [body] : body.features;
    layer.byId = new Map(all.map((each) => [String(each.id), each]));
    // ids may be any text, and MapLibre keeps numbers only: they travel as a property
    layer.found = all.filter((each) => each.geometry).map((each) => ({ type: "Feature", geometry: each.geometry, properties: { "@id": String(each.id) } }));
    map.getSource(layer.name).setData({ type: "FeatureCollection", features: layer.found });
  }

  function target() {
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const attributes = { viewBox: "0 0 16 16", width: "16", height: "16", fill: "none", stroke: "currentColor", "stroke-width": "1.5", "aria-hidden": "true" };
    for (const [name, value] of Object.entries(attributes)) drawing.setAttribute(name, value);
    path.setAttribute("d", "M8 1v4M8 11v4M1 8h4M11 8h4M8 3.5a4.5 4.5 0 1 0 .01 0");
    drawing.append(path);
    return drawing;
  }

  // each row of the table finds its feature on the map: what the pointer can do there, the keyboard can do here
  function locate(map, layer) {
    for (const row of document.querySelectorAll("tr[data-feature]")) {
      const feature = layer.byId?.get(row.dataset.feature);
      if (!feature?.geometry) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "locate";
      button.title = say("Montrer sur la carte", "Show on the map");
      button.setAttribute("aria-label", `${button.title} ${row.dataset.feature}`);
      button.append(target());
      button.addEventListener("click", () => {
        const bounds = around([feature]);
        map.fitBounds(bounds, { padding: 60, maxZoom: 13, animate: false });
        for (const each of document.querySelectorAll("tr.shown")) each.classList.remove("shown");
        row.classList.add("shown");
        map.setFilter("chosen", ["==", ["get", "@id"], row.dataset.feature]);
        popup(map, bounds.getCenter(), card(layer, row.dataset.feature, feature.properties));
        map.getContainer().scrollIntoView({ block: "center" });
      });
      row.firstElementChild.append(" ", button);
    }
  }

  // names as text of the page, for our map has no fonts to fetch
  async function names(map, box) {
    const { features: regions } = await (await fetch(absolute(box.dataset.outlines))).json();
    for (const region of regions) {
      const name = Object.assign(document.createElement("span"), { className: "place-name", textContent: region.properties.nom });
      const parts = region.geometry.type === "Polygon" ? [region.geometry.coordinates] : region.geometry.coordinates;
      const largest = parts.reduce((best, each) => (each[0].length > best[0].length ? each : best));
      new maplibregl.Marker({ element: name }).setLngLat(grown(new maplibregl.LngLatBounds(), largest).getCenter()).addTo(map);
      name.setAttribute("aria-hidden", "true");
      name.removeAttribute("role");
      name.removeAttribute("tabindex");
    }
  }

  function legend(map, box) {
    for (const field of box.parentElement.querySelectorAll("[data-toggle]")) {
      field.hidden = false;
      field.addEventListener("change", () => {
        for (const part of PARTS) map.setLayoutProperty(`${field.dataset.toggle}-${part}`, "visibility", field.checked ? "visible" : "none");
      });
    }
  }

  function boxes(map) {
    for (const button of document.querySelectorAll("[data-from-map]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const bounds = map.getBounds();
        const sides = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
        document.getElementById(button.dataset.fromMap).value = sides.map((side) => side.toFixed(4)).join(",");
      });
    }
  }

  function made(box, layers) {
    const fallback = [...box.children];
    const extent = box.dataset.extent?.split(",").map(Number);
    box.replaceChildren(); // what stands there would change how the canvas is measured
    try {
      return new maplibregl.Map({
        container: box, style: style(box, layers), locale: french ? FR : {}, attributionControl: false, cooperativeGestures: true,
        dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 18, renderWorldCopies: false, fadeDuration: 0,
        bounds: extent ?? [-5.3, 41.2, 9.7, 51.2], fitBoundsOptions: { padding: 20, maxZoom: 15 },
      });
    } catch (error) {
      box.replaceChildren(...fallback);
      throw error;
    }
  }

  function draw(box) {
    const state = box.parentElement.querySelector("[data-map-state]");
    const tell = (error) => (state.textContent = say(`Carte incomplète : ${error.message}`, `Incomplete map: ${error.message}`));
    const layers = JSON.parse(box.dataset.layers);
    const last = layers.at(-1);
    maplibregl.setWorkerUrl(absolute(box.dataset.worker));
    const map = made(box, layers);
    box.map = map;
    map.touchZoomRotate.disableRotation();
    map.getCanvas().setAttribute("aria-label", `${say("Carte", "Map")} – ${box.dataset.title}`);
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
    map.addControl(new maplibregl.ScaleControl({ maxWidth: 120 }));
    map.on("load", async () => {
      popups(map, layers);
      legend(map, box);
      boxes(map);
      const reading = layers.filter((layer) => layer.features).map((layer) => read(map, layer).catch(tell));
      await Promise.all([...reading, names(map, box).catch(tell)]);
      if (last.features && last.found?.length) map.fitBounds(around(last.found), { padding: 30, maxZoom: 13, animate: false });
      if (last.listed) locate(map, last);
      map.once("idle", () => (box.dataset.ready = "true"));
      map.triggerRepaint();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => map.setStyle(style(box, layers), { diff: false }));
  }

  for (const box of document.querySelectorAll("[data-map]")) {
    try {
      draw(box);
    } catch (error) {
      box.dataset.ready = "failed";
      console.warn(error);
    }
  }
})();
