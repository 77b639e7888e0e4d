"use strict";
// The muscles of a body as one surface: tubes along their paths, thick in the belly,
// coloured by activation.

BIGE.COLOURS = [[0, "#93a9c4"], [0.15, "#dfb07c"], [0.4, "#e8702a"], [0.7, "#c41f1c"], [1, "#70001a"]];
BIGE.UNKNOWN = "#b3b6ba";

BIGE.colour = (activation, into) => {
  if (!(activation <= 1.001)) return into.set(BIGE.UNKNOWN);
  const stops = BIGE.COLOURS;
  let i = 1;
  while (i < stops.length - 1 && activation > stops[i][0]) i++;
  const [low, from] = stops[i - 1], [high, to] = stops[i];
  into.set(from);
  return into.lerp(BIGE.shade.set(to), Math.min(1, Math.max(0, (activation - low) / (high - low))));
};

BIGE.Muscles = class {
  constructor(row, read, { step = 0.03, sides = 8 } = {}) {
    this.row = row;
    this.sides = sides;
    this.points = read(row.points);
    this.activation = row.activation ? read(row.activation) : null;
    this.columns = row.points.shape[1];
    this.now = new Float32Array(this.columns * 3);
    this.rings = [];
    this.owners = [];
    let start = 0;
    row.counts.forEach((count, muscle) => {
      this.addMuscle(muscle, start, count, step);
      start += count;
    });
    const vertices = this.owners.length * sides;
    const geometry = new THREE.BufferGeometry();
    for (const name of ["position", "normal", "color"])
      geometry.setAttribute(name, new THREE.BufferAttribute(new Float32Array(vertices * 3), 3));
    geometry.setIndex(this.faces());
    this.mesh = new THREE.Mesh(geometry, new THREE.MeshStandardMaterial({ vertexColors: true, roughness: 0.55 }));
    this.mesh.frustumCulled = false;
    this.mesh.castShadow = true;
  }

  addMuscle(muscle, start, count, step) {
    const lengths = [];
    for (let j = 0; j < count - 1; j++) lengths.push(this.distance(start + j, start + j + 1));
    const total = lengths.reduce((a, b) => a + b, 0) || 1;
    // OpenSim's muscles have a strength and no width: bellies are as wide as half that of
    // a cylinder of the muscle's cross-section at 60 N/cm².
    const width = Math.min(0.014, Math.max(0.003, 0.5 * Math.sqrt(this.row.strengths[muscle] / 60e4 / Math.PI)));
    let along = 0;
    const add = (j, part) => {
      const s = (along + part * (lengths[j] || 0)) / total;
      const belly = 0.35 + 0.65 * Math.pow(Math.sin(Math.PI * Math.min(1, Math.max(0, s))), 0.8);
      this.rings.push({ muscle, at: start + j, part, first: j === 0, last: start + count - 2, width: width * belly, lead: part === 0 && j > 0 });
      this.owners.push(muscle);
    };
    for (let j = 0; j < count - 1; j++) {
      const pieces = Math.max(1, Math.round(lengths[j] / step), count < 4 ? Math.round(8 / count) : 1);
      for (let k = 0; k < pieces; k++) add(j, k / pieces);
      along += lengths[j];
    }
    along -= lengths[count - 2] || 0;
    add(count - 2, 1);
  }

  distance(a, b) {
    const p = this.points;
    return Math.hypot(p[3 * b] - p[3 * a], p[3 * b + 1] - p[3 * a + 1], p[3 * b + 2] - p[3 * a + 2]);
  }

  faces() {
    const index = [], n = this.sides;
    for (let r = 0; r + 1 < this.owners.length; r++) {
      if (this.owners[r] !== this.owners[r + 1]) continue;
      for (let k = 0; k < n; k++) {
        const a = r * n + k, b = r * n + ((k + 1) % n);
        index.push(a, b, a + n, b, b + n, a + n);
      }
    }
    return index;
  }

  // Direction of the path at a point: of the piece that starts there.
  direction(at, into) {
    const p = this.now, i = 3 * at;
    into.set(p[i + 3] - p[i], p[i + 4] - p[i + 1], p[i + 5] - p[i + 2]);
    const length = into.length();
    return length > 1e-7 ? into.divideScalar(length) : null;
  }

  update({ low, high, part }) {
    const p = this.points, wide = this.columns * 3;
    for (let i = 0; i < wide; i++) {
      const a = p[low * wide + i];
      this.now[i] = a + part * (p[high * wide + i] - a);
    }
    const { position, normal, color } = this.mesh.geometry.attributes;
    const t = new THREE.Vector3(), before = new THREE.Vector3(), side = new THREE.Vector3(), other = new THREE.Vector3();
    const last = new THREE.Vector3(), centre = new THREE.Vector3(), tint = new THREE.Color();
    const count = this.row.names.length;
    let muscle = -1, v = 0;
    for (const ring of this.rings) {
      const fresh = ring.muscle !== muscle;
      if (fresh) {
        muscle = ring.muscle;
        last.set(0, 1, 0);
        let value = NaN;
        if (this.activation) {
          const a = this.activation[low * count + muscle], b = this.activation[high * count + muscle];
          value = a > 1.001 || b > 1.001 ? NaN : a + part * (b - a);
        }
        BIGE.colour(value, tint);
      }
      if (this.direction(ring.at, t)) {
        if (ring.lead && this.direction(ring.at - 1, before)) t.add(before).normalize();
        last.copy(t);
      } else t.copy(last);
      if (fresh) side.set(Math.abs(t.x) < 0.6 ? 1 : 0, Math.abs(t.x) < 0.6 ? 0 : 1, 0);
      side.addScaledVector(t, -side.dot(t));
      if (side.lengthSq() < 1e-8) side.set(t.y, t.z, t.x).addScaledVector(t, -(t.y * t.x + t.z * t.y + t.x * t.z));
      side.normalize();
      other.crossVectors(t, side);
      const i = 3 * ring.at, q = this.now;
      centre.set(q[i] + ring.part * (q[i + 3] - q[i]), q[i + 1] + ring.part * (q[i + 4] - q[i + 1]), q[i + 2] + ring.part * (q[i + 5] - q[i + 2]));
      for (let k = 0; k < this.sides; k++, v++) {
        const angle = (2 * Math.PI * k) / this.sides, c = Math.cos(angle), s = Math.sin(angle);
        const x = c * side.x + s * other.x, y = c * side.y + s * other.y, z = c * side.z + s * other.z;
        normal.setXYZ(v, x, y, z);
        position.setXYZ(v, centre.x + ring.width * x, centre.y + ring.width * y, centre.z + ring.width * z);
        color.setXYZ(v, tint.r, tint.g, tint.b);
      }
    }
    position.needsUpdate = normal.needsUpdate = color.needsUpdate = true;
    this.frame = { low, high, part };
  }

  // Name and activation of the muscle that a face belongs to.
  describe(face) {
    const muscle = this.owners[Math.floor(face.a / this.sides)];
    let text = this.row.titles[muscle];
    if (this.activation) {
      const value = this.activation[this.frame.low * this.row.names.length + muscle];
      text += value > 1.001 ? ", activation not known" : ", activation " + value.toFixed(2);
    }
    return text;
  }
};
