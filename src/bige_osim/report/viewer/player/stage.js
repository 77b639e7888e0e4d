"use strict";
// Light, floor and camera; where bodies stand; what is seen of them fills the page.

BIGE.VIEWS = { oblique: [0.75, 0.2, 1], side: [0, 0.09, 1], front: [1, 0.09, 0.001] };
BIGE.GAP = 0.25; // m between bodies beside each other

BIGE.Stage = class {
  constructor(element, bodies) {
    this.element = element;
    this.bodies = bodies;
    this.renderer = new THREE.WebGLRenderer({ antialias: true });
    this.renderer.setPixelRatio(Math.min(2, window.devicePixelRatio || 1));
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = THREE.PCFShadowMap;
    element.prepend(this.renderer.domElement);
    this.scene = new THREE.Scene();
    this.scene.background = new THREE.Color("#ffffff");
    this.camera = new THREE.PerspectiveCamera(26, 1, 0.05, 100);
    this.controls = new THREE.OrbitControls(this.camera, this.renderer.domElement);
    this.controls.enableDamping = false;
    this.view = "oblique";
    this.layout = "beside";
    this.followed = new THREE.Vector3();
    this.addLight();
    this.addFloor();
    for (const body of bodies) this.scene.add(body.group);
  }

  addLight() {
    this.scene.add(new THREE.HemisphereLight("#ffffff", "#c9ced6", 1.9));
    this.sun = new THREE.DirectionalLight("#ffffff", 2.1);
    this.sun.castShadow = true;
    this.sun.shadow.mapSize.set(2048, 2048);
    this.sun.shadow.bias = -0.0004;
    this.sun.shadow.normalBias = 0.01;
    this.sun.shadow.radius = 4;
    this.scene.add(this.sun, this.sun.target);
  }

  addFloor() {
    const floor = new THREE.Mesh(new THREE.PlaneGeometry(60, 60).rotateX(-Math.PI / 2), new THREE.ShadowMaterial({ opacity: 0.16 }));
    floor.receiveShadow = true;
    this.grid = new THREE.GridHelper(8, 16, "#d8dde3", "#d8dde3");
    this.scene.fog = new THREE.Fog("#ffffff", 5, 12);
    this.scene.add(floor, this.grid);
  }

  shown() {
    return this.bodies.filter((body) => body.group.visible);
  }

  // Direction from the bodies to the camera, and what is right of it on the floor.
  directions() {
    const towards = new THREE.Vector3(...BIGE.VIEWS[this.view]).normalize();
    const right = new THREE.Vector3(0, 1, 0).cross(towards).normalize();
    return { towards, right };
  }

  arrange() {
    const { right } = this.directions();
    let along = 0;
    const shown = this.shown(), over = this.layout === "over";
    shown.forEach((body, i) => {
      const ends = body.room(right).map((point) => point.dot(right));
      const low = Math.min(...ends), high = Math.max(...ends);
      if (over) body.group.position.set(0, 0, 0);
      else {
        body.group.position.copy(right).multiplyScalar(along - low);
        along += high - low + BIGE.GAP;
      }
      body.fade(over && i > 0 ? 0.5 : 1);
      if (body.depth) body.depth.rotation.y = Math.atan2(-right.z, right.x);
    });
  }

  // Put the camera so that all that is shown fills the page, with room for labels.
  fit() {
    this.arrange();
    const { towards, right } = this.directions();
    const up = new THREE.Vector3().crossVectors(towards, right);
    const points = this.shown().flatMap((body) => body.room(right).map((p) => p.clone().add(body.group.position)));
    if (!points.length) return;
    this.followed.copy(this.meanRoot());
    const tall = Math.tan((this.camera.fov * Math.PI) / 360), wide = tall * this.camera.aspect;
    const middle = (axis) => BIGE.middle(points.map((p) => p.dot(axis)));
    const target = new THREE.Vector3();
    for (const axis of [right, up, towards]) target.addScaledVector(axis, middle(axis));
    let distance = 0;
    const room = this.bodies.length > 1 ? 0.88 : 0.94; // names stand below
    for (let round = 0; round < 4; round++) {
      const local = points.map((p) => p.clone().sub(target));
      distance = Math.max(...local.map((p) => p.dot(towards) + Math.max(Math.abs(p.dot(right)) / (wide * 0.94), Math.abs(p.dot(up)) / (tall * room))));
      // perspective: the nearer side takes more room
      const shift = (axis) => {
        const seen = local.map((p) => p.dot(axis) / (distance - p.dot(towards)));
        return ((Math.min(...seen) + Math.max(...seen)) / 2) * distance;
      };
      target.addScaledVector(right, shift(right)).addScaledVector(up, shift(up));
    }
    target.add(this.followed);
    this.placeGrid(target);
    this.controls.target.copy(target);
    this.camera.position.copy(target).addScaledVector(towards, distance);
    this.controls.update();
    this.light(points, target, distance);
  }

  light(points, target, distance) {
    const reach = Math.max(...points.map((p) => p.clone().add(this.followed).distanceTo(target))) + 0.3;
    const shadow = this.sun.shadow.camera;
    shadow.left = shadow.bottom = -reach;
    shadow.right = shadow.top = reach;
    shadow.near = 0.1;
    shadow.far = 12 + 2 * reach;
    shadow.updateProjectionMatrix();
    this.sun.target.position.copy(target);
    this.sun.position.copy(target).add(new THREE.Vector3(1.8, 6, 3.2));
    this.scene.fog.near = distance + 1.2;
    this.scene.fog.far = distance + 4 + 2 * reach;
  }

  // Lines half a metre apart, under what is shown.
  placeGrid({ x, z }) {
    this.grid.position.set(Math.round(2 * x) / 2, -0.002, Math.round(2 * z) / 2);
  }

  meanRoot() {
    const mean = new THREE.Vector3(), shown = this.shown();
    for (const body of shown) mean.addScaledVector(body.centre, 1 / shown.length);
    return mean;
  }

  follow() {
    const mean = this.meanRoot(), step = mean.clone().sub(this.followed);
    if (step.lengthSq() < 1e-12) return;
    for (const place of [this.camera.position, this.controls.target, this.sun.position, this.sun.target.position]) place.add(step);
    this.followed.copy(mean);
    this.placeGrid(this.controls.target);
    this.controls.update();
  }

  resize() {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!width || !height) return;
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.camera.updateProjectionMatrix();
  }

  draw() {
    this.renderer.render(this.scene, this.camera);
  }

  // Where a point in ground is on the page, px.
  project(point) {
    const p = point.clone().project(this.camera);
    return { x: ((p.x + 1) / 2) * this.element.clientWidth, y: ((1 - p.y) / 2) * this.element.clientHeight };
  }
};
