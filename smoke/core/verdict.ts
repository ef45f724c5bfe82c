// The outcome of one marker.

export type VerdictName =
  | 'arrived'
  | 'skewed'
  | 'late'
  | 'altered'
  | 'duplicated'
  | 'lost'
  | 'refused'
  | 'unproven'
  | 'interrupted';
