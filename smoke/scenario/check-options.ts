// Checks a plug-in's own options as far as they are known before a run.

import { textOf } from '../core/text-of.ts';
import type { Plugin } from '../probes/plugin.ts';
import type { Context } from './build-context.ts';
import { sourceOf } from './build-tree.ts';
import { reportFindings } from './findings.ts';
import { type Finding, findingsOf } from './issues.ts';
import type { Node, Span } from './node.ts';
import { quoted, visible } from './problems.ts';
import { isList, isTemplate, type Template, type Tree } from './tree.ts';

/** What a template stands for is checked again once it has a value (`validateOptions`). `beside`: the selection keys that may stand with the options. */
export async function checkOptions(
  plugin: Plugin,
  node: Node,
  place: Span,
  own: Tree,
  beside: readonly string[],
  { report }: Context,
): Promise<void> {
  if (node.kind === 'list' && 'entries' in plugin.options) {
    report.problem('wrong-type', `${quoted(plugin.name)} must be a mapping of keys to values`, node.span);
    return;
  }
  try {
    const result = await plugin.options['~standard'].validate(sourceOf(own));
    if (!result.issues) return;
    const keysAt = async (path: readonly string[]): Promise<readonly string[]> => {
      const { optionKeys } = await import('./json-schema.ts');
      return [...(await optionKeys(plugin, path)), ...(path.length === 0 ? beside : [])];
    };
    const counts = (finding: Finding): boolean => !waits(finding, own);
    await reportFindings(findingsOf(result.issues), { node, place, name: plugin.name, keysAt, counts }, report);
  } catch (error) {
    report.problem(
      'unknown-plugin',
      `the plug-in ${quoted(plugin.name)} cannot check its options: ${visible(textOf(error))}`,
      node.span,
    );
  }
}

/** True where a template may still make it right: a whole one may have any type, one inside a text any characters. */
function waits({ path, kind, choice }: Finding, own: Tree): boolean {
  if (kind === 'unknown-key' || kind === 'missing-key') return false;
  let tree: Tree | undefined = own;
  for (const step of path) {
    if (tree === undefined || tree === null || typeof tree !== 'object') break;
    if (isTemplate(tree)) return !isHopeless(tree, path);
    tree = isList(tree)
      ? tree[Number(step)]
      : Object.hasOwn(tree, step)
        ? (tree as Record<string, Tree>)[step]
        : undefined;
  }
  if (tree === undefined) return false;
  if (isTemplate(tree) && isHopeless(tree, path)) return false;
  if (isTemplate(tree)) return tree.parts.length === 1 || kind === 'bad-value' || choice;
  return choice && holdsTemplate(tree);
}

/** What is written around the values decides already: a host and a port that are none, a header with a line break. */
function isHopeless({ parts }: Template, path: readonly string[]): boolean {
  const [first] = parts;
  const origin = typeof first === 'string' ? /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+(?=[/?#])/iu.exec(first)?.[0] : undefined;
  if (origin !== undefined && !URL.canParse(origin)) return true;
  return path.at(-2) === 'headers' && parts.some((part) => typeof part === 'string' && /[\r\n]/u.test(part));
}

function holdsTemplate(tree: Tree): boolean {
  if (typeof tree !== 'object' || tree === null) return false;
  return isTemplate(tree) || Object.values(tree).some((inner: Tree) => holdsTemplate(inner));
}
