"use strict";
// One motion: bones, muscles, ground forces, trail of the hips, depth line.

BIGE.TRIALS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8c6d1f", "#5b4ea2"];
BIGE.BONE = "#ece5d3";
BIGE.FORCE = "#0f8a6a";
BIGE.REACH = 0.5; // m, half the room of a depth line and its label
BIGE.RECENT = 1.5; // s of the trail that are strong
BIGE.SCALE = 0.001; // m of an arrow per N

BIGE.Body = class {
  constructor(row, index, count, read) {
    this.row = row;
    this.colour = BIGE.TRIALS[index % BIGE.TRIALS.length];
    this.duration = (row.frames - 1) / row.rate;
    this.group = new THREE.Group();
    this.rotation = read(row.rotation);
    this.position = read(row.position);
    this.root = row.root ? read(row.root) : null;
    this.outline = row.outline.map((p) => new THREE.Vector3(...p));
    this.centre = new THREE.Vector3(); // of the root along the floor, now
    this.parts = {};
    this.addBones(read, count);
    if (row.muscles) {
      this.muscles = new BIGE.Muscles(row.muscles, read);
      this.add("muscles", this.muscles.mesh);
    }
    if (row.ground) this.addForces(read);
    if (row.hips && row.depth) this.addTrails(read);
    if (row.depth) this.addDepth();
  }

  add(part, thing) {
    if (!this.parts[part]) {
      this.parts[part] = new THREE.Group();
      this.group.add(this.parts[part]);
    }
    this.parts[part].add(thing);
  }

  addBones(read, count) {
    const tint = new THREE.Color(BIGE.BONE);
    if (count > 1) tint.lerp(new THREE.Color(this.colour), 0.3);
    this.bone = new THREE.MeshStandardMaterial({ color: tint, roughness: 0.75, side: THREE.DoubleSide });
    this.bones = this.row.bones.map((mesh) => {
      const geometry = new THREE.BufferGeometry();
      geometry.setAttribute("position", new THREE.BufferAttribute(read(mesh.vertices), 3));
      geometry.setIndex(new THREE.BufferAttribute(read(mesh.faces, Uint32Array), 1));
      geometry.computeVertexNormals();
      const bone = new THREE.Mesh(geometry, this.bone);
      bone.castShadow = true;
      this.add("bones", bone);
      return bone;
    });
  }

  addForces(read) {
    this.force = read(this.row.ground.force);
    this.point = read(this.row.ground.point);
    const material = new THREE.MeshStandardMaterial({ color: BIGE.FORCE, roughness: 0.6 });
    this.arrows = this.row.ground.names.map(() => {
      const arrow = new THREE.Group();
      arrow.shaft = new THREE.Mesh(new THREE.CylinderGeometry(0.011, 0.011, 1, 14).translate(0, 0.5, 0), material);
      arrow.head = new THREE.Mesh(new THREE.ConeGeometry(0.03, 0.085, 18).translate(0, 0.0425, 0), material);
      arrow.shaft.castShadow = arrow.head.castShadow = true;
      arrow.add(arrow.shaft, arrow.head);
      this.add("forces", arrow);
      return arrow;
    });
  }

  addTrails(read) {
    const hips = read(this.row.hips), [frames, count] = this.row.hips.shape;
    this.trails = [];
    for (let h = 0; h < count; h++) {
      const path = [];
      for (let f = 0; f < frames; f++) path.push(new THREE.Vector3().fromArray(hips, 3 * (f * count + h)));
      const geometry = BIGE.tube(path, 0.004, 6);
      const whole = new THREE.Mesh(geometry, new THREE.MeshBasicMaterial({ color: this.colour, transparent: true, opacity: 0.25, depthWrite: false }));
      const past = new THREE.Mesh(BIGE.tube(path, 0.006, 6), new THREE.MeshBasicMaterial({ color: this.colour }));
      past.ring = 6 * 6;
      this.trails.push(past);
      this.add("trail", whole);
      this.add("trail", past);
    }
  }

  addDepth() {
    const [, half] = this.row.depth, dash = 0.04, reach = BIGE.REACH - 0.08;
    this.depth = new THREE.Group();
    const material = new THREE.MeshBasicMaterial({ color: this.colour });
    for (let x = -reach; x < reach; x += 2 * dash)
      this.depth.add(new THREE.Mesh(new THREE.CylinderGeometry(0.0035, 0.0035, dash, 6).rotateZ(Math.PI / 2).translate(x + dash / 2, 0, 0), material));
    this.depth.position.y = half;
    this.add("depth", this.depth);
  }

  // Points (m) within which all of it is, from the root if the camera follows that.
  room(right) {
    if (!this.depth) return this.outline;
    const middle = new THREE.Vector3(0, this.row.depth[1], 0);
    return [...this.outline, ...[-1, 1].map((side) => middle.clone().addScaledVector(right, side * BIGE.REACH))];
  }

  // Frames before and after a time (s), and how far it lies between them.
  frame(time) {
    const at = Math.min(this.row.frames - 1, Math.max(0, time * this.row.rate));
    const low = Math.floor(at), high = Math.min(low + 1, this.row.frames - 1);
    return { low, high, part: at - low };
  }

  vector(values, columns, column, { low, high, part }, into) {
    const a = 3 * (low * columns + column), b = 3 * (high * columns + column);
    return into.set(
      values[a] + part * (values[b] - values[a]),
      values[a + 1] + part * (values[b + 1] - values[a + 1]),
      values[a + 2] + part * (values[b + 2] - values[a + 2]),
    );
  }

  update(time) {
    const frame = this.frame(time), count = this.bones.length, next = new THREE.Quaternion();
    this.bones.forEach((bone, i) => {
      bone.quaternion.fromArray(this.rotation, 4 * (frame.low * count + i)).normalize();
      next.fromArray(this.rotation, 4 * (frame.high * count + i)).normalize();
      bone.quaternion.slerp(next, frame.part);
      this.vector(this.position, count, i, frame, bone.position);
    });
    if (this.muscles) this.muscles.update(frame);
    if (this.arrows) this.updateForces(frame);
    if (this.trails) for (const past of this.trails) { // the last seconds of it
      const first = Math.max(0, frame.low - Math.round(BIGE.RECENT * this.row.rate));
      past.geometry.setDrawRange(first * past.ring, (frame.low - first) * past.ring);
    }
    if (this.root) {
      this.vector(this.root, 1, 0, frame, this.centre);
      this.centre.y = 0;
    }
    if (this.depth) this.depth.position.set(this.centre.x, this.row.depth[1], this.centre.z);
  }

  updateForces(frame) {
    const force = new THREE.Vector3(), up = new THREE.Vector3(0, 1, 0), count = this.arrows.length;
    this.arrows.forEach((arrow, i) => {
      this.vector(this.force, count, i, frame, force);
      const size = force.length(), length = size * BIGE.SCALE;
      // where a foot lands or leaves there is no place between two frames
      const both = [frame.low, frame.high].every((f) => Math.hypot(...this.force.subarray(3 * (f * count + i), 3 * (f * count + i) + 3)) > 5);
      arrow.visible = size > 5 && both;
      if (!arrow.visible) return;
      this.vector(this.point, count, i, frame, arrow.position);
      arrow.quaternion.setFromUnitVectors(up, force.divideScalar(size));
      const head = Math.min(1, length / 0.12);
      arrow.shaft.scale.y = Math.max(1e-3, length - 0.085 * head);
      arrow.head.scale.setScalar(head);
      arrow.head.position.y = length - 0.085 * head;
    });
  }

  // Behind another body: see through.
  fade(opacity) {
    for (const material of [this.bone, this.muscles && this.muscles.mesh.material]) {
      if (!material) continue;
      material.transparent = opacity < 1;
      material.opacity = opacity;
      material.needsUpdate = true;
    }
  }
};

// A surface around a path; its index goes ring by ring, so that a part can be drawn.
BIGE.tube = (path, radius, sides) => {
  const position = [], index = [];
  const t = new THREE.Vector3(0, 1, 0), side = new THREE.Vector3(), other = new THREE.Vector3(), step = new THREE.Vector3();
  path.forEach((point, i) => {
    step.subVectors(path[Math.min(i + 1, path.length - 1)], path[Math.max(i - 1, 0)]);
    if (step.length() > 1e-5) t.copy(step).normalize();
    side.set(0, 0, 1).addScaledVector(t, -t.z);
    if (side.lengthSq() < 1e-4) side.set(1, 0, 0).addScaledVector(t, -t.x);
    side.normalize();
    other.crossVectors(t, side);
    for (let k = 0; k < sides; k++) {
      const angle = (2 * Math.PI * k) / sides, c = radius * Math.cos(angle), s = radius * Math.sin(angle);
      position.push(point.x + c * side.x + s * other.x, point.y + c * side.y + s * other.y, point.z + c * side.z + s * other.z);
    }
    if (i + 1 < path.length)
      for (let k = 0; k < sides; k++) {
        const a = i * sides + k, b = i * sides + ((k + 1) % sides);
        index.push(a, b, a + sides, b, b + sides, a + sides);
      }
  });
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute("position", new THREE.BufferAttribute(new Float32Array(position), 3));
  geometry.setIndex(index);
  return geometry;
};
