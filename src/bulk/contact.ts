/** Contacts of soft spheres in numbers: the dashpot of a restitution, and how long a contact lasts. */

/**
 * Restitution of a linear spring with a dashpot of damping ratio ζ (γ = 2 ζ √(k m)) that may not pull: the contact ends when its force is 0, not
 * when its overlap is (Schwager and Pöschel 2007, "Coefficient of restitution and linear-dashpot model revisited", Granular Matter 9;
 * with ζ = sin φ their two cases below critical damping are one formula).
 */
export function restitutionOf(damping: number): number {
  if (damping === 1) return Math.exp(-2);
  if (damping < 1) {
    const phi = Math.asin(damping);
    return Math.exp(-Math.tan(phi) * (Math.PI - 2 * phi));
  }
  const root = Math.sqrt(damping * damping - 1);
  return Math.exp((-damping / root) * Math.log((damping + root) / (damping - root)));
}

/** The damping ratio ζ ≥ 0 of a restitution, 0.1 … 1. */
export function dampingOf(restitution: number): number {
  let low = 0;
  let high = 4;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (restitutionOf(middle) > restitution) low = middle;
    else high = middle;
  }
  return restitution >= 1 ? 0 : (low + high) / 2;
}

/** Mass of a sphere, kg. */
export function sphereMass(diameter: number, density: number): number {
  return (Math.PI / 6) * density * diameter ** 3;
}

/** Half a period of two masses on a spring, s: how long a contact lasts without damping; with it, longer. */
export function contactTime(stiffness: number, reducedMass: number): number {
  return Math.PI * Math.sqrt(reducedMass / stiffness);
}
