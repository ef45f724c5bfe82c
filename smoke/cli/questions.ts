// Questions on a terminal: one at a time, each answer checked, lines of a pasted text kept for whoever asks next.

import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { UsageError, type World } from './world.ts';

/** Ctrl-C or Ctrl-D at a question. */
export class Declined extends Error {}

export type Questions = {
  /** Empty answers are `standard`. `refuse` says what is wrong with an answer; then it is asked again. */
  ask(question: string, standard: string, refuse?: (answer: string) => string | undefined): Promise<string>;
  /** The next line, without a question: of a text that goes on. */
  more(): Promise<string>;
  say(text: string): void;
  end(): void;
};

export function openQuestions(world: World): Questions {
  if (world.stdin === undefined)
    throw new UsageError('there is no terminal to ask on', 'smoketrail init --help lists the flags.');
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      world.stderr.write(chunk.toString('utf8'));
      done();
    },
  });
  const reader = createInterface({ input: world.stdin.stream(), output, terminal: true, historySize: 0 });
  const lines: string[] = [];
  let waiting: { resolve(line: string): void; reject(error: Error): void } | undefined;
  let declined = false;
  reader.on('line', (line) => {
    if (waiting === undefined) lines.push(line);
    else waiting.resolve(line);
    waiting = undefined;
  });
  const decline = (): void => {
    declined = true;
    waiting?.reject(new Declined());
    waiting = undefined;
  };
  reader.on('SIGINT', decline);
  reader.on('close', decline);

  const more = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const line = lines.shift();
      if (line !== undefined) resolve(line);
      else if (declined) reject(new Declined());
      else waiting = { resolve, reject };
    });
  return {
    more,
    say: (text) => world.stderr.write(`${text}\n`),
    async ask(question, standard, refuse) {
      for (;;) {
        reader.setPrompt(`${question}${standard === '' ? '' : ` [${standard}]`}: `);
        reader.prompt();
        const answer = (await more()).trim() || standard;
        const wrong = refuse?.(answer);
        if (wrong === undefined) return answer;
        world.stderr.write(`  ${wrong}\n`);
      }
    },
    end() {
      reader.off('close', decline);
      reader.close();
    },
  };
}
