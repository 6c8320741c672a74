// What the explorer does beyond what its pages do by themselves: pictures
// that zoom and move, and a key for the search field.
"use strict";

(function () {
  document.addEventListener("keydown", function (e) {
    if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey) return;
    if (/^(input|select|textarea)$/i.test(e.target.tagName)) return;
    const field = document.getElementById("q");
    if (field) { e.preventDefault(); field.focus(); field.select(); }
  });

  for (const box of document.querySelectorAll("[data-zoom]")) zoomable(box);

  function zoomable(box) {
    const svg = box.querySelector("svg");
    if (!svg) return;
    const whole = svg.getAttribute("viewBox").split(" ").map(Number);
    const home = { x: whole[0], y: whole[1], w: whole[2], h: whole[3] };
    const view = Object.assign({}, home);
    const marks = box.dataset.zoom === "map" ? svg.querySelectorAll("circle") : [];
    for (const c of marks) c.dataset.r = c.getAttribute("r");

    function show() {
      view.w = Math.min(home.w, Math.max(home.w / 60, view.w));
      view.h = view.w === home.w ? home.h : view.w * home.h / home.w;
      view.x = Math.min(home.x + home.w - view.w, Math.max(home.x, view.x));
      view.y = Math.min(home.y + home.h - view.h, Math.max(home.y, view.y));
      svg.setAttribute("viewBox", [view.x, view.y, view.w, view.h].join(" "));
      const k = Math.pow(view.w / home.w, 0.75); // marks grow less than the land
      for (const c of marks) c.setAttribute("r", c.dataset.r * k);
    }
    function zoom(by, x, y) {
      const w = Math.min(home.w, Math.max(home.w / 60, view.w * by));
      view.x += (view.w - w) * x;
      view.y += (view.h - w * home.h / home.w) * y;
      view.w = w;
      show();
    }
    function reset() { Object.assign(view, home); show(); }

    box.classList.add("live");
    const keys = document.createElement("div");
    keys.className = "zoom-keys";
    for (const [text, label, act] of [["+", "Zoom in", () => zoom(0.6, 0.5, 0.5)], ["−", "Zoom out", () => zoom(1 / 0.6, 0.5, 0.5)], ["⤢", "Show all", reset]]) {
      const b = document.createElement("button");
      b.type = "button"; b.textContent = text; b.setAttribute("aria-label", label);
      b.addEventListener("click", act);
      keys.append(b);
    }
    box.append(keys);

    box.addEventListener("wheel", function (e) {
      if (!e.ctrlKey && !e.metaKey && document.activeElement !== box) return; // let the page scroll
      e.preventDefault();
      const r = svg.getBoundingClientRect();
      zoom(e.deltaY > 0 ? 1.2 : 1 / 1.2, (e.clientX - r.left) / r.width, (e.clientY - r.top) / r.height);
    }, { passive: false });

    box.addEventListener("keydown", function (e) {
      if (e.target !== box) return;
      const step = view.w / 8;
      const act = {
        "+": () => zoom(0.6, 0.5, 0.5), "=": () => zoom(0.6, 0.5, 0.5), "-": () => zoom(1 / 0.6, 0.5, 0.5), "0": reset,
        ArrowLeft: () => { view.x -= step; show(); }, ArrowRight: () => { view.x += step; show(); },
        ArrowUp: () => { view.y -= step; show(); }, ArrowDown: () => { view.y += step; show(); },
      }[e.key];
      if (act) { e.preventDefault(); act(); }
    });

    // Dragging moves the picture; a circle of a network moves alone.
    let held = null;
    box.addEventListener("pointerdown", function (e) {
      if (e.button !== 0 || e.target.closest("button")) return;
      const node = box.dataset.zoom !== "map" && e.target.closest("circle[data-id]");
      held = { x: e.clientX, y: e.clientY, node: node, moved: false };
    });
    window.addEventListener("pointermove", function (e) {
      if (!held) return;
      const r = svg.getBoundingClientRect();
      const dx = (e.clientX - held.x) * view.w / r.width, dy = (e.clientY - held.y) * view.h / r.height;
      if (!held.moved && Math.hypot(e.clientX - held.x, e.clientY - held.y) < 4) return;
      held.moved = true;
      held.x = e.clientX; held.y = e.clientY;
      box.classList.add("held");
      if (held.node) drag(held.node.dataset.id, dx, dy);
      else { view.x -= dx; view.y -= dy; show(); }
    });
    window.addEventListener("pointerup", function () {
      if (held && held.moved) box.addEventListener("click", stop, { capture: true, once: true });
      setTimeout(() => box.removeEventListener("click", stop, { capture: true }), 50);
      held = null;
      box.classList.remove("held");
    });
    box.addEventListener("dragstart", (e) => e.preventDefault());
    function stop(e) { e.preventDefault(); e.stopPropagation(); }

    function drag(id, dx, dy) {
      for (const el of svg.querySelectorAll("[data-id]")) {
        if (el.dataset.id !== id) continue;
        if (el.tagName === "circle") { add(el, "cx", dx); add(el, "cy", dy); }
        else if (el.tagName === "text") { add(el, "x", dx); add(el, "y", dy); }
        else if (el.tagName === "path") { // a line from the middle to the circle
          const m = /^(M[^L]*)L([-\d.]+) ([-\d.]+)$/.exec(el.getAttribute("d"));
          if (m) el.setAttribute("d", m[1] + "L" + (parseFloat(m[2]) + dx) + " " + (parseFloat(m[3]) + dy));
        }
      }
    }
    function add(el, name, by) { el.setAttribute(name, parseFloat(el.getAttribute(name)) + by); }
  }
})();
