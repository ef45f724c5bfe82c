// Which build a hop runs, and whether the builds agree.

/** One running instance of a hop. `commit` is the text the source gave. */
export type Instance = { instance?: string; commit: string; startedAt?: string; source: string };

export type HopReleases = { hop: string; instances: readonly Instance[]; fault?: string };

export type Skew = {
  kind: 'within' | 'between' | 'expected' | 'unknown';
  hops: readonly string[];
  /** `worker runs 41ab00c on 3 of 4 instances; web runs 9f2c1e7` */
  message: string;
};

/** `broken`: the scenario's rule does not hold. `warnOnly`: it does not hold, and the scenario wants no more than a warning. */
export type ReleaseFindings = {
  skews: readonly Skew[];
  broken: boolean;
  warnOnly?: boolean;
  warnings: readonly string[];
};
