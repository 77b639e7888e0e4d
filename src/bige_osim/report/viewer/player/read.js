"use strict";
// Reads the numbers that report/viewer/packing.py packed.

const BIGE = {};

BIGE.unpack = async (text) => {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
};

BIGE.reader = (packed) => {
  const known = new Map();
  return (place, Kind = Float32Array) => {
    if (known.has(place.at)) return known.get(place.at);
    const count = place.shape.reduce((a, b) => a * b, 1);
    const row = count / place.shape[0];
    const whole = new Int32Array(count);
    const values = new Kind(count);
    for (let i = 0; i < count; i++) {
      let zigzag = 0;
      for (let b = 0; b < place.bytes; b++) zigzag |= packed[place.at + b * count + i] << (8 * b);
      const change = (zigzag >>> 1) ^ -(zigzag & 1);
      whole[i] = i < row ? change : whole[i - row] + change;
      values[i] = whole[i] * place.step;
    }
    known.set(place.at, values);
    return values;
  };
};
