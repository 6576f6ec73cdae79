import { AppError } from '../../kernel/errors.ts';
import { route, type Route, type Tx } from '../../kernel/module.ts';
import { localDateOf } from '../../kernel/time.ts';
import { unitDirectory } from '../org/index.ts';
import * as contract from './contract-staff.ts';
import { publish, saveDraft, stateNames, submitForReview, violationsOf, withdraw } from './editing.ts';
import { importNationalItems } from './import-items.ts';
import { versionDigest } from './load.ts';
import { checkElement } from './rules/constraints.ts';
import { itemKinds } from './rules/definition.ts';
import { differenceOf } from './rules/difference.ts';
import { catalogueInForce } from './services.ts';
import { loadElements, putElements } from './store/elements.ts';
import { listNational } from './store/national.ts';
import { renewRevision } from './store/revisions.ts';
import { forgetMiss, listMisses, loadSynonyms, putSynonym, removeSynonym } from './store/thesaurus.ts';
import { findVersion, listForStaff, versionsOf, type VersionRow } from './store/versions.ts';

export const staffRoutes: readonly Route[] = [
  route(contract.listItems, async ({ tx, now, input }) => {
    const { total, rows } = await listForStaff(tx, {
      kind: input.kind,
      state: input.state ?? null,
      unitId: input.department ?? null,
      text: input.text,
      limit: input.size,
      offset: (input.page - 1) * input.size,
      day: localDateOf(now),
    });
    const directory = await unitDirectory(tx);
    return {
      total,
      services: rows.map(({ unitId, ...row }) => ({
        ...row,
        department: unitId,
        departmentName: directory.nameOf(unitId),
        stateName: stateNames[row.state],
      })),
    };
  }),

  route(contract.readVersion, async ({ tx, input: { id, version } }) => {
    const row = await mustFind(tx, id, version);
    const isOpen = row.state === 'draft' || row.state === 'inReview';
    return {
      ...row,
      definition: { ...row.definition },
      stateName: stateNames[row.state],
      // What is published is frozen: rules that came later do not break it any more.
      violations: isOpen ? await violationsOf(tx, row.kind, row.definition) : [],
    };
  }),

  route(contract.listVersions, async ({ tx, input: { id } }) => {
    const versions = await versionsOf(tx, id);
    if (versions.length === 0) throw new AppError('SERVICE_NOT_FOUND', { id });
    return { versions: versions.map((row) => ({ ...row, stateName: stateNames[row.state] })) };
  }),

  route(contract.readDifference, async ({ tx, input: { id, from, to } }) => {
    const [before, after] = [await mustFind(tx, id, from), await mustFind(tx, id, to)];
    return { changes: differenceOf(before.definition, after.definition) };
  }),

  route(contract.checkDefinition, async ({ tx, input: { kind, definition } }) => ({
    violations: await violationsOf(tx, kind, definition),
  })),

  route(contract.saveDraft, ({ tx, input }) => saveDraft(tx, input)),

  route(contract.submitForReview, async ({ tx, input: { id, note } }) => ({
    version: await submitForReview(tx, id, note),
  })),

  route(contract.publishVersion, ({ tx, input: { id, validFrom } }) => publish(tx, id, validFrom)),

  route(contract.withdrawVersion, async ({ tx, input: { id, version, reason } }) => {
    await withdraw(tx, id, version, reason);
    return { version };
  }),

  route(contract.listElements, async ({ tx, input: { text, section, page, size } }) => {
    const [rows, catalogue] = [await loadElements(tx), await catalogueInForce(tx)];
    const fitting = rows.filter(
      ({ id, definition }) =>
        (section === undefined || definition.section === section) &&
        (text === '' || definition.name.includes(text) || id.toLowerCase().includes(text.toLowerCase())),
    );
    const users = [...catalogue.rows.values()];
    return {
      total: fitting.length,
      sections: [...new Set(rows.map((row) => row.definition.section))],
      elements: fitting.slice((page - 1) * size, page * size).map(({ id, ...row }) => ({
        ...row,
        usedBy: users
          .filter(({ definition }) => definition.elements.some((use) => use.id === id))
          .map(({ id: service, definition }) => ({ id: service, name: definition.name })),
      })),
    };
  }),

  route(contract.saveElement, async ({ tx, input: { id, definition } }) => {
    if (definition.id !== id)
      throw new AppError('INVALID_INPUT', {}, [{ path: '/definition/id', message: '内容里的标识和地址里的不一致。' }]);
    const violations = checkElement(definition);
    if (violations.length > 0) {
      const issues = violations.map(({ path, message }) => ({ path: `/definition${path}`, message }));
      throw new AppError('CONSTRAINTS_BROKEN', { count: violations.length }, issues);
    }
    await putElements(tx, [{ definition, digest: versionDigest(definition, null) }], 'staff');
    await renewRevision(tx, 'services');
    tx.note(`catalogue:element:${id}`, '保存数据项');
    return { id };
  }),

  route(contract.listSynonyms, async ({ tx, input: { text } }) => {
    const groups = await loadSynonyms(tx);
    return {
      groups: groups.filter(
        (group) => text === '' || [...group.words, ...group.leadsTo].some((word) => word.includes(text)),
      ),
    };
  }),

  route(contract.saveSynonym, async ({ tx, input }) => {
    if (input.id !== undefined && !(await loadSynonyms(tx)).some((group) => group.id === input.id))
      throw new AppError('SYNONYM_NOT_FOUND');
    const leadsTo = input.kind === 'oneWay' ? input.leadsTo : [];
    const id = await putSynonym(tx, {
      id: input.id ?? null,
      kind: input.kind,
      words: [...new Set(input.words)],
      leadsTo: [...new Set(leadsTo)],
    });
    await renewRevision(tx, 'search');
    tx.note(`catalogue:synonym:${id}`, `同义词：${input.words.join('、')}`);
    return { id };
  }),

  route(contract.deleteSynonym, async ({ tx, input: { id } }) => {
    if ((await removeSynonym(tx, id)) === 0) throw new AppError('SYNONYM_NOT_FOUND');
    await renewRevision(tx, 'search');
    tx.note(`catalogue:synonym:${id}`, '删除同义词');
    return { id };
  }),

  route(contract.listMisses, async ({ tx, input: { page, size } }) => {
    const { total, rows } = await listMisses(tx, size, (page - 1) * size);
    return { total, misses: rows };
  }),

  route(contract.forgetMisses, async ({ tx, input: { queries } }) => {
    const forgotten = await forgetMiss(tx, queries);
    tx.note('catalogue:misses', '处理没有结果的搜索词', { forgotten });
    return { forgotten };
  }),

  route(contract.importItems, async ({ tx, input }) => {
    const stored = await tx.services.files.open(input.document.sha256);
    if (stored === null) throw new AppError('ITEM_LIST_UNREADABLE', { reason: '文件没有存好，请重新上传。' });
    const chunks: Uint8Array[] = [];
    for await (const chunk of stored.stream) chunks.push(chunk);
    const applied = input.apply === 'true';
    const name = input.fileName ?? input.document.name ?? '';
    const result = await importNationalItems(tx, { name, bytes: Buffer.concat(chunks) }, input.region, {
      preview: !applied,
    });
    return { applied, ...result };
  }),

  route(contract.listNationalItems, async ({ tx, input }) => {
    const { total, rows } = await listNational(tx, {
      listRegion: input.region ?? null,
      department: input.department ?? null,
      kinds: input.kind,
      text: input.text,
      limit: input.size,
      offset: (input.page - 1) * input.size,
    });
    return { total, items: rows.map((row) => ({ ...row, kindName: kindName(row.kind) })) };
  }),
];

async function mustFind(tx: Tx, id: string, version: number): Promise<VersionRow> {
  const row = await findVersion(tx, id, version);
  if (row === null) throw new AppError('VERSION_NOT_FOUND', { name: id, version });
  return row;
}

function kindName(kind: string): string {
  return Object.entries(itemKinds).find(([code]) => code === kind)?.[1] ?? '';
}
