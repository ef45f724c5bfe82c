// Lines and columns, counted from 1, in a text that is not YAML.

import type { At } from './tree.ts';

export function positionIn(text: string, file: string): (index: number) => At {
  return (index) => {
    const before = text.slice(0, index);
    const lineStart = before.lastIndexOf('\n') + 1;
    return { file, line: before.split('\n').length, column: index - lineStart + 1 };
  };
}
