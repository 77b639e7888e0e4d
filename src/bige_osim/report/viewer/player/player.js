"use strict";
// The page: plays motions, and answers to whoever looks at it.

BIGE.PARTS = { bones: "Bones", muscles: "Muscles", forces: "Ground forces", trail: "Hip trail", depth: "50 % depth" };

BIGE.Player = class {
  constructor(scene, read) {
    this.scene = scene;
    this.bodies = scene.motions.map((row, i) => new BIGE.Body(row, i, scene.motions.length, read));
    this.stage = new BIGE.Stage(BIGE.find("stage"), this.bodies);
    this.stage.layout = scene.layout;
    this.time = 0;
    this.speed = 1;
    this.pace = false;
    this.playing = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.movie = location.hash === "#movie";
    document.body.classList.toggle("movie", this.movie);
    this.addLegend();
    this.addParts();
    this.addKeys();
    this.addTools();
    this.addLabels();
    this.addPointing();
    new ResizeObserver(() => { this.stage.resize(); this.stage.fit(); this.draw(); }).observe(BIGE.find("stage"));
    this.stage.resize();
    this.seek(0);
    this.stage.fit();
    this.draw();
    this.stage.controls.addEventListener("change", () => this.draw());
    if (!this.movie) requestAnimationFrame((now) => this.tick(now, now));
  }

  get duration() {
    return Math.max(...this.bodies.map((body) => body.duration), 1e-6);
  }

  seek(time) {
    this.time = Math.min(this.duration, Math.max(0, time));
    for (const body of this.bodies) body.update(this.pace ? (this.time / this.duration) * body.duration : this.time);
    this.stage.follow();
    this.draw();
    BIGE.find("time").value = this.time / this.duration;
    const shown = this.bodies.length === 1 ? this.scene.motions[0].start + this.time : this.time;
    const percent = Math.round((100 * this.time) / this.duration) + " %";
    BIGE.find("clock").textContent = this.pace ? percent : shown.toFixed(2) + " s · " + percent;
  }

  tick(now, before) {
    if (this.playing) {
      const next = this.time + (this.speed * Math.min(100, now - before)) / 1000;
      this.seek(next > this.duration ? 0 : next);
    }
    requestAnimationFrame((later) => this.tick(later, now));
  }

  play(playing) {
    this.playing = playing;
    const button = BIGE.find("play");
    button.textContent = playing ? "❚❚" : "▶";
    button.setAttribute("aria-pressed", "false");
  }

  refit() {
    this.stage.fit();
    this.draw();
  }

  draw() {
    this.stage.draw();
    this.placeLabels();
  }

  addLegend() {
    const list = BIGE.find("legend"), several = this.bodies.length > 1;
    this.bodies.forEach((body) => {
      const label = BIGE.make("label", {}, BIGE.make("li", {}, list));
      if (several) {
        const box = BIGE.make("input", { type: "checkbox", checked: true }, label);
        box.onchange = () => { body.group.visible = box.checked; this.refit(); };
        BIGE.make("i", {}, label).style.background = body.colour;
        BIGE.make("span", { textContent: body.row.name }, label);
      }
      const { ground } = body.row, facts = [body.duration.toFixed(1) + " s"];
      if (ground && ground.source) facts.push("ground forces " + ground.source);
      BIGE.make("small", { textContent: facts.join(", ") }, label);
    });
  }

  addParts() {
    for (const [part, title] of Object.entries(BIGE.PARTS)) {
      const having = this.bodies.filter((body) => body.parts[part]);
      if (!having.length) continue;
      const label = BIGE.make("label", {}, BIGE.find("parts"));
      const box = BIGE.make("input", { type: "checkbox", checked: true }, label);
      label.append(title);
      box.onchange = () => {
        for (const body of having) body.parts[part].visible = box.checked;
        this.draw();
      };
    }
  }

  addKeys() {
    const any = (test) => this.scene.motions.some(test);
    const stops = BIGE.COLOURS.map(([at, colour]) => `${colour} ${100 * at}%`).join(", ");
    document.querySelector("#scale .bar").style.background = `linear-gradient(to right, ${stops})`;
    document.documentElement.style.setProperty("--force", BIGE.FORCE);
    BIGE.find("scale").hidden = !any((row) => row.muscles && row.muscles.activation);
    BIGE.find("arrow").hidden = !any((row) => row.ground);
    BIGE.find("dashes").hidden = !any((row) => row.depth);
    const several = this.bodies.length > 1;
    const notes = this.scene.motions.flatMap((row) => row.notes.map((note) => (several ? `${row.name}: ${note}` : note)));
    const box = BIGE.find("notes");
    box.hidden = !notes.length;
    box.querySelector("summary").textContent = "What is not shown";
    for (const note of notes) BIGE.make("li", { textContent: note }, box.querySelector("ul"));
  }

  addTools() {
    this.play(this.playing);
    BIGE.find("play").onclick = () => this.play(!this.playing);
    BIGE.find("time").oninput = (event) => { this.play(false); this.seek(event.target.value * this.duration); };
    BIGE.find("speed").onchange = (event) => { this.speed = Number(event.target.value); };
    const pace = BIGE.find("pace");
    pace.hidden = this.bodies.every((body) => Math.abs(body.duration - this.duration) < 0.05);
    pace.querySelector("input").onchange = (event) => { this.pace = event.target.checked; this.seek(this.time); };
    const choose = (id, key) => {
      const buttons = [...BIGE.find(id).querySelectorAll("button")];
      const mark = () => { for (const b of buttons) b.setAttribute("aria-pressed", String(b.dataset[key] === this.stage[key])); };
      for (const button of buttons) button.onclick = () => { this.stage[key] = button.dataset[key]; mark(); this.refit(); };
      mark();
    };
    choose("views", "view");
    choose("layouts", "layout");
    BIGE.find("layouts").hidden = this.bodies.length < 2;
    document.addEventListener("keydown", (event) => {
      if (/input|select|button/i.test(event.target.tagName)) return;
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (event.key === " ") this.play(!this.playing);
      else if (step) { this.play(false); this.seek(this.time + step / 30); }
      else return;
      event.preventDefault();
    });
  }

  addLabels() {
    const place = BIGE.find("labels");
    for (const body of this.bodies) {
      if (this.bodies.length > 1) {
        body.label = BIGE.make("span", { textContent: body.row.name }, place);
        body.label.style.color = body.colour;
      }
      if (body.depth) {
        body.depthLabel = BIGE.make("span", { textContent: "50 %", className: "depth" }, place);
        body.depthLabel.style.color = body.colour;
      }
    }
  }

  placeLabels() {
    const { right } = this.stage.directions(), shown = this.stage.shown(), over = this.stage.layout === "over";
    for (const body of this.bodies) {
      const visible = shown.includes(body), at = body.group.position.clone().add(body.centre);
      if (body.label) {
        const middle = (axis) => BIGE.middle(body.outline.map((p) => p.getComponent(axis)));
        const foot = at.clone().add(new THREE.Vector3(middle(0), 0, middle(2)));
        body.label.hidden = !visible || over;
        const { x, y } = this.stage.project(foot);
        BIGE.put(body.label, { x, y: Math.min(y + 14, this.stage.element.clientHeight - 22) }, "-50%", "0");
      }
      if (body.depthLabel) {
        body.depthLabel.hidden = !visible || !body.parts.depth.visible || (over && body !== shown[0]);
        const end = at.clone().addScaledVector(right, BIGE.REACH - 0.08);
        end.y = body.row.depth[1];
        BIGE.put(body.depthLabel, this.stage.project(end), "0.3rem", "-50%");
      }
    }
  }

  // The muscle under the pointer is named.
  addPointing() {
    const canvas = this.stage.renderer.domElement, output = BIGE.find("pointed"), ray = new THREE.Raycaster();
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons) { output.hidden = true; return; }
      const box = canvas.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
      ray.setFromCamera(new THREE.Vector2((2 * x) / box.width - 1, 1 - (2 * y) / box.height), this.stage.camera);
      const bodies = this.stage.shown().filter((body) => body.muscles && body.parts.muscles.visible);
      for (const body of bodies) body.muscles.mesh.geometry.computeBoundingSphere();
      const hits = ray.intersectObjects(bodies.map((body) => body.muscles.mesh), false);
      output.hidden = !hits.length;
      if (!hits.length) return;
      const body = bodies.find((one) => one.muscles.mesh === hits[0].object);
      output.textContent = body.muscles.describe(hits[0].face);
      BIGE.put(output, { x: Math.min(x, box.width - output.offsetWidth - 4), y }, "0", "-140%");
    });
    canvas.addEventListener("pointerleave", () => { output.hidden = true; });
  }
};

BIGE.middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
BIGE.find = (id) => document.getElementById(id);
BIGE.make = (tag, content, parent) => parent.appendChild(Object.assign(document.createElement(tag), content));
BIGE.put = (element, { x, y }, dx, dy) => { element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(${dx}, ${dy})`; };
BIGE.fail = (text) => {
  BIGE.find("failure").textContent = text;
  BIGE.find("failure").hidden = false;
};

BIGE.start = async () => {
  if (!window.DecompressionStream) return BIGE.fail("This browser is too old to show the motion; open the file in a current Firefox, Chrome, Edge or Safari.");
  try {
    BIGE.shade = new THREE.Color();
    const scene = JSON.parse(BIGE.find("scene").textContent);
    const player = new BIGE.Player(scene, BIGE.reader(await BIGE.unpack(scene.packed)));
    window.viewer = player;
    document.body.dataset.ready = "yes";
  } catch (error) {
    console.error(error);
    BIGE.fail(/webgl/i.test(String(error)) ? "This browser cannot draw in 3-D: WebGL is switched off or not there; switch on hardware acceleration, or open the file in another browser." : "The motion cannot be shown: " + error.message + ".");
  }
};
BIGE.start();
