// Reads steps, looks and releases: a plug-in's name, its own options, and the selection keys that stand beside them.

import type { Context } from './build-context.ts';
import { asAt, keepsAt, noteSelector, selectorAt, whereOf } from './build-selection.ts';
import { folderOf, literalAt, sourceOf, textTreeOf, treeOf } from './build-tree.ts';
import type { LookSpec, Place, ReleaseSpec, Step } from './model.ts';
import type { Node } from './node.ts';
import { child, splitKeys } from './plain.ts';
import { quoted } from './problems.ts';
import { sessionAt } from './session-ref.ts';
import { lookKeys, releaseKeys, stepKeys } from './shape-selection.ts';
import { look, release, step } from './shape-step.ts';
import { lastPart, titleOf } from './titles.ts';
import { type Used, usePlugin } from './use-plugin.ts';

/** Undefined where the report says why there is none. */
export async function buildStep(node: Node, context: Context): Promise<Step | undefined> {
  const used = await usePlugin(node, step, stepKeys, 'step', context);
  if (used === undefined) return undefined;
  const { plugin, entry, own, selection } = used;
  if (plugin.trigger === undefined) {
    context.report.problem('cannot-send', `${quoted(plugin.name)} can look, but it cannot send`, entry.keySpan);
  }
  const as = asAt(selection);
  const records = literalAt(selection, 'records', context);
  noteSelector(child(selection, 'records'), as, context);
  const idempotent = child(node, 'idempotent');
  return {
    title: literalAt(node, 'name', context) ?? titleOf(plugin, own),
    plugin: entry.key,
    options: own,
    ...(as && { as }),
    ...(records !== undefined && { records }),
    keep: keepsAt(selection, as, context),
    idempotent: idempotent?.kind === 'scalar' && idempotent.value === true,
    ...baseDirOf(entry.keySpan, context),
    ...sessionAt(node, context),
    place: placeOf(node),
  };
}

export async function buildLook(node: Node, context: Context): Promise<LookSpec | undefined> {
  const used = await usePlugin(node, look, lookKeys, 'look', context);
  return used && lookSpec(used, node, context);
}

/** `hasLook`: whether the hop has a look whose evidence may hold the build. */
export async function buildRelease(node: Node, hasLook: boolean, context: Context): Promise<ReleaseSpec | undefined> {
  const evidence = evidenceAt(node, hasLook, context);
  const alone = node.kind === 'map' && node.entries.size === 1 && child(node, 'evidence') !== undefined;
  const listed = alone ? undefined : await listedAt(node, context);
  if (evidence === undefined && listed === undefined) return undefined;
  return { ...(evidence && { evidence }), ...(listed && { listed }), place: placeOf(node) };
}

function evidenceAt(node: Node, hasLook: boolean, context: Context): ReleaseSpec['evidence'] {
  const evidence = child(node, 'evidence');
  if (evidence === undefined) return undefined;
  if (!hasLook)
    context.report.problem('blind', 'this hop has no look whose evidence could hold a build', evidence.span);
  const commit = selectorAt(evidence, 'commit', undefined, context);
  const where = whereabouts(evidence, undefined, context);
  if (commit === undefined && where.instance === undefined) {
    context.report.problem(
      'missing-key',
      '`evidence` needs `commit` or `instance`',
      evidence.span,
      'commit: $.release',
    );
    return undefined;
  }
  return { ...(commit !== undefined && { commit }), ...where };
}

async function listedAt(node: Node, context: Context): Promise<ReleaseSpec['listed']> {
  const used = await usePlugin(node, release, releaseKeys, 'release', context);
  if (used === undefined) return undefined;
  const as = asAt(used.selection);
  const commit = selectorAt(used.selection, 'field', as, context);
  const [, withoutField] = splitKeys(used.selection, ['field', 'instance', 'started']);
  const look = lookSpec({ ...used, selection: withoutField }, node, context);
  return commit === undefined ? undefined : { look, commit, ...whereabouts(used.selection, as, context) };
}

function lookSpec({ plugin, entry, own, selection }: Used, node: Node, context: Context): LookSpec {
  const { report } = context;
  if (plugin.open === undefined)
    report.problem('cannot-look', `${quoted(plugin.name)} can send, but it cannot look`, entry.keySpan);
  const known = typeof own === 'object' && own !== null ? (own as Readonly<Record<string, unknown>>) : {};
  const fault = plugin.lookFault?.(known);
  if (fault !== undefined) report.problem('cannot-look', fault, entry.keySpan);
  const warning = plugin.lookWarning?.(known);
  if (warning !== undefined) report.warning('costly', warning.message, entry.keySpan, warning.hint);
  const as = asAt(selection);
  const [records, field, equals, where] = ['records', 'field', 'equals', 'where'].map((key) => child(selection, key));
  noteSelector(records, as, context);
  noteSelector(field, as, context);
  const standing = as === undefined && field === undefined ? plugin.field?.(sourceOf(own) as typeof known) : undefined;
  const title =
    literalAt(node, 'name', context) ?? [titleOf(plugin, own), lastPart(field)].filter((part) => part !== '').join(' ');
  return {
    plugin: entry.key,
    options: own,
    ...(as && { as }),
    ...(records && { records: treeOf(records, context) }),
    ...(where?.kind === 'map' && { where: whereOf(where, as, context) }),
    ...(standing !== undefined && { field: standing }),
    ...(field && { field: treeOf(field, context) }),
    ...(equals?.kind === 'scalar' && { equals: textTreeOf(equals, context) }),
    keep: keepsAt(selection, as, context),
    ...baseDirOf(entry.keySpan, context),
    ...sessionAt(node, context),
    title,
    place: placeOf(node),
  };
}

function whereabouts(node: Node, as: Step['as'], context: Context): { instance?: string; started?: string } {
  const instance = selectorAt(node, 'instance', as, context);
  const started = selectorAt(node, 'started', as, context);
  return { ...(instance !== undefined && { instance }), ...(started !== undefined && { started }) };
}

function baseDirOf(place: Place, context: Context): { baseDir?: string } {
  const baseDir = folderOf(place, context);
  return baseDir === context.baseDir ? {} : { baseDir };
}

export function placeOf({ span: { file, line, column } }: Node): Place {
  return { file, line, column };
}
