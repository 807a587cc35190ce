// One map per page: outlines, the whole collection as vector tiles when there are, the features of the page on top.
// Nothing comes from another host; without script, WebGL or this file, the page shows the extent and the table.
(() => {
  const FR = {
    "AttributionControl.ToggleAttribution": "Montrer la source", "NavigationControl.ZoomIn": "Agrandir",
    "NavigationControl.ZoomOut": "Réduire", "NavigationControl.ResetBearing": "Nord en haut", "Popup.Close": "Fermer",
    "FullscreenControl.Enter": "Plein écran", "FullscreenControl.Exit": "Quitter le plein écran", "ScaleControl.Meters": "m",
    "ScaleControl.Kilometers": "km", "CooperativeGesturesHandler.WindowsHelpText": "Ctrl + molette pour agrandir ou réduire la carte",
    "CooperativeGesturesHandler.MacHelpText": "⌘ + molette pour agrandir ou réduire la carte",
    "CooperativeGesturesHandler.MobileHelpText": "Deux doigts pour déplacer la carte",
  };
  const french = document.documentElement.lang === "fr";
  const say = (fr, en) => (french ? fr : en);
  const absolute = (path) => new URL(path, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}");
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const EMPTY = { type: "FeatureCollection", features: [] };
  const POLYGON = ["==", ["geometry-type"], "Polygon"];
  const LINE = ["==", ["geometry-type"], "LineString"];
  const POINT = ["==", ["geometry-type"], "Point"];

  function style(box) {
    const sources = { outlines: { type: "geojson", data: absolute(box.dataset.outlines) }, page: { type: "geojson", data: EMPTY } };
    const layers = [
      { id: "ground", type: "background", paint: { "background-color": colour("--panel") } },
      { id: "land", type: "fill", source: "outlines", paint: { "fill-color": colour("--paper") } },
      { id: "borders", type: "line", source: "outlines", paint: { "line-color": colour("--none"), "line-width": 1 } },
    ];
    if (box.dataset.tiles) {
      sources.whole = { type: "vector", tiles: [absolute(box.dataset.tiles)], maxzoom: Number(box.dataset.deepest || 14) };
      const alone = !box.dataset.features || box.dataset.tilesOnly !== undefined;
      layers.push(...three("whole", { source: "whole", "source-layer": box.dataset.layer }, alone ? "--accent" : "--soft", alone ? 1 : 0.45));
    }
    layers.push(...three("page", { source: "page" }, "--accent", 1));
    layers.push({ id: "chosen", type: "line", source: "page", filter: ["==", ["id"], ""], paint: { "line-color": colour("--bad"), "line-width": 3 } });
    return { version: 8, sources, layers };
  }

  function three(name, from, ink, strength) {
    const paint = colour(ink);
    return [
      { id: `${name}-fill`, type: "fill", ...from, filter: POLYGON, paint: { "fill-color": paint, "fill-opacity": 0.18 * strength } },
      { id: `${name}-edge`, type: "line", ...from, filter: POLYGON, paint: { "line-color": paint, "line-width": 1, "line-opacity": 0.8 * strength } },
      { id: `${name}-line`, type: "line", ...from, filter: LINE, paint: { "line-color": paint, "line-width": 2, "line-opacity": strength } },
      {
        id: `${name}-point`, type: "circle", ...from, filter: POINT,
        paint: {
          "circle-color": paint, "circle-opacity": 0.75 * strength, "circle-stroke-color": colour("--paper"), "circle-stroke-width": 1,
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
  function card(feature, link) {
    const root = document.createElement("div");
    const title = document.createElement("h3");
    const name = String(feature.properties.nom ?? feature.properties.name ?? feature.id ?? "");
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link;
      anchor.textContent = name || say("Voir l’objet", "See the feature");
      title.append(anchor);
    } else title.textContent = name;
    const list = document.createElement("dl");
    for (const [key, value] of Object.entries(feature.properties)) {
      if (value === null || value === "" || value === undefined) continue;
      const row = document.createElement("div");
      const term = document.createElement("dt");
      const told = document.createElement("dd");
      term.textContent = key;
      told.textContent = typeof value === "object" ? JSON.stringify(value) : String(value);
      row.append(term, told);
      list.append(row);
    }
    root.append(title, list);
    return root;
  }

  function itemAddress(box, id) {
    if (id === undefined || id === null || box.dataset.single !== undefined) return "";
    const url = new URL(box.dataset.items || box.dataset.features, location.href);
    const lang = new URLSearchParams(location.search).get("lang");
    return `${url.pathname.replace(/\/$/, "")}/${encodeURIComponent(id)}${lang ? `?lang=${lang}` : ""}`;
  }

  function popups(map, box) {
    const layers = ["page-point", "page-line", "page-fill", "whole-point", "whole-line", "whole-fill"].filter((id) => map.getLayer(id));
    map.on("click", (event) => {
      const [found] = map.queryRenderedFeatures(event.point, { layers });
      if (!found) return;
      const id = found.properties["@id"] ?? found.properties.id ?? found.id;
      const kept = found.source === "page" ? (box.byId?.get(String(found.properties["@id"])) ?? found) : found;
      new maplibregl.Popup({ maxWidth: "min(22rem, 80vw)" }).setLngLat(event.lngLat).setDOMContent(card(kept, itemAddress(box, kept.id ?? id))).addTo(map);
    });
    for (const id of layers) {
      map.on("mouseenter", id, () => (map.getCanvas().style.cursor = "pointer"));
      map.on("mouseleave", id, () => (map.getCanvas().style.cursor = ""));
    }
  }

  async function features(map, box, tell) {
    const answer = await fetch(absolute(box.dataset.features), { headers: { accept: "application/geo+json" } });
    if (!answer.ok) throw new Error(`${answer.status} ${box.dataset.features}`);
    const read = await answer.json();
    const found = read.type === "Feature" ? [read] : read.features;
    box.byId = new Map(found.map((each) => [String(each.id), each]));
    // ids may be any text, and MapLibre keeps numbers only: they travel as a property
    const data = found.filter((each) => each.geometry).map((each) => ({ ...each, properties: { "@id": String(each.id) } }));
    map.getSource("page").setData({ type: "FeatureCollection", features: data });
    const bounds = around(data);
    if (!bounds.isEmpty()) map.fitBounds(bounds, { padding: 30, maxZoom: 13, animate: false });
    tell("");
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

  // names as page text, for our map has no fonts to fetch
  async function names(map, box) {
    const { features: regions } = await (await fetch(absolute(box.dataset.outlines))).json();
    for (const region of regions) {
      const name = document.createElement("span");
      name.className = "place-name";
      name.textContent = region.properties.nom;
      name.setAttribute("aria-hidden", "true");
      const parts = region.geometry.type === "Polygon" ? [region.geometry.coordinates] : region.geometry.coordinates;
      const largest = parts.reduce((best, each) => (each[0].length > best[0].length ? each : best));
      new maplibregl.Marker({ element: name }).setLngLat(grown(new maplibregl.LngLatBounds(), largest).getCenter()).addTo(map);
    }
  }

  function locate(map, box) {
    for (const row of document.querySelectorAll("tr[data-feature]")) {
      const feature = box.byId?.get(row.dataset.feature);
      if (!feature?.geometry) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "locate";
      button.append(target());
      button.title = say("Montrer sur la carte", "Show on the map");
      button.setAttribute("aria-label", `${button.title} ${row.dataset.feature}`);
      button.addEventListener("click", () => {
        const bounds = around([feature]);
        map.fitBounds(bounds, { padding: 60, maxZoom: 13, animate: false });
        for (const each of document.querySelectorAll("tr.shown")) each.classList.remove("shown");
        row.classList.add("shown");
        map.setFilter("chosen", ["==", ["get", "@id"], row.dataset.feature]);
        new maplibregl.Popup({ maxWidth: "min(22rem, 80vw)" }).setLngLat(bounds.getCenter()).setDOMContent(card(feature, itemAddress(box, feature.id))).addTo(map);
        map.getContainer().scrollIntoView({ block: "center" });
      });
      row.firstElementChild.append(" ", button);
    }
  }

  function made(box, fallback, options) {
    try {
      return new maplibregl.Map(options);
    } catch (error) {
      box.replaceChildren(...[fallback].filter(Boolean));
      throw error;
    }
  }

  function draw(box) {
    const state = box.parentElement.querySelector("[data-map-state]");
    const tell = (text) => state && (state.textContent = text);
    const fallback = box.firstElementChild;
    fallback?.remove(); // it stands where the canvas is measured
    const extent = box.dataset.extent?.split(",").map(Number);
    maplibregl.setWorkerUrl(absolute(box.dataset.worker));
    const map = made(box, fallback, {
      container: box, style: style(box), locale: french ? FR : {}, attributionControl: false, cooperativeGestures: true,
      dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 18, renderWorldCopies: false, fadeDuration: 0,
      bounds: extent ?? [-5.3, 41.2, 9.7, 51.2], fitBoundsOptions: { padding: 20 },
    });
    box.map = map;
    map.touchZoomRotate.disableRotation();
    map.getCanvas().setAttribute("aria-label", `${say("Carte", "Map")} – ${box.dataset.title}`);
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
    map.addControl(new maplibregl.ScaleControl({ maxWidth: 120 }));
    map.on("load", async () => {
      popups(map, box);
      names(map, box).catch(console.warn);
      if (box.dataset.features) {
        await features(map, box, tell).catch((error) => tell(say(`Carte incomplète : ${error.message}`, `Incomplete map: ${error.message}`)));
        locate(map, box);
      }
      map.once("idle", () => (box.dataset.ready = "true"));
      map.triggerRepaint();
    });
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", () => {
      const data = map.getSource("page")?.serialize().data;
      map.setStyle(style(box), { diff: false });
      map.once("styledata", () => data && map.getSource("page")?.setData(data));
    });
    for (const button of document.querySelectorAll("[data-from-map]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const bounds = map.getBounds();
        const sides = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
        document.getElementById(button.dataset.fromMap).value = sides.map((side) => side.toFixed(4)).join(",");
      });
    }
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
