// Which build a process of the demo says it runs. These are labels: every process runs the code of this folder.

/** `startedAt` is set where the demo declares another start than the real one ("started 41 days ago"). */
export type ReleaseLabel = { commit: string; image: string; startedAt?: string };

export type ReleaseLabels = {
  web: ReleaseLabel;
  queue: ReleaseLabel;
  worker: ReleaseLabel;
  partner: ReleaseLabel;
  /** What stale workers say they run. */
  stale: ReleaseLabel;
};

const day = 86_400_000;

/** Everything on the same build, and an old worker image from a branch that is long deleted. */
export function defaultLabels(now: Date): ReleaseLabels {
  return {
    web: { commit: '9f2c1e7', image: 'booking-web:main@9f2c1e7' },
    queue: { commit: 'c2a9e14', image: 'booking-queue:main@c2a9e14' },
    worker: { commit: '9f2c1e7', image: 'booking-worker:main@9f2c1e7' },
    partner: { commit: '7d03b55', image: 'partner:stable@7d03b55' },
    stale: {
      commit: '41ab00c',
      image: 'booking-worker:feature-note@41ab00c',
      startedAt: new Date(now.getTime() - 41 * day).toISOString(),
    },
  };
}
