/** The shape of a stock history: it stands still, then jumps. Pure, so that it can be tested without a screen. */

export interface Move {
  at: string;
  before: number;
  after: number;
}

export interface Shape {
  /** The line and the area under it, as SVG paths. */
  line: string;
  area: string;
  /** Where it came back from nothing. */
  restocks: { x: number; y: number; at: string; after: number }[];
  most: number;
  zero: number;
  from: number;
  until: number;
}

export interface Box {
  width: number;
  height: number;
}

/** The history drawn into a box, from its first move until now. */
export function shapeOf(moves: readonly Move[], now: number, { width, height }: Box): Shape {
  const times = moves.map(({ at }) => Date.parse(at));
  const until = Math.max(now, ...times);
  const first = times[0] ?? until;
  const from = until - Math.max((until - first) * 1.04, 60_000);
  const quantities = moves.flatMap(({ before, after }) => [before, after]);
  const most = Math.max(1, ...quantities);
  const least = Math.min(0, ...quantities);
  const x = (at: number) => round(((at - from) / (until - from)) * width);
  const y = (units: number) => round(height - ((units - least) / (most - least)) * height);
  const start = moves[0]?.before ?? 0;
  const steps = moves.map(({ after }, index) => `H${x(times[index] ?? until)}V${y(after)}`).join("");
  const line = `M0 ${y(start)}${steps}H${width}`;
  return {
    line,
    area: `${line}V${y(0)}H0Z`,
    restocks: moves
      .map((move, index) => ({ move, at: times[index] ?? until }))
      .filter(({ move }) => move.before < 1 && move.after >= 1)
      .map(({ move, at }) => ({ x: x(at), y: y(move.after), at: move.at, after: move.after })),
    most,
    zero: y(0),
    from,
    until,
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
