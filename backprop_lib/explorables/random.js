// Numbers that look drawn by chance, the same on every machine.

// Whole numbers from 0 to 2³² − 1 that look drawn by chance: the generator mulberry32, by T. Ettinger.
function mulberry32(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}
