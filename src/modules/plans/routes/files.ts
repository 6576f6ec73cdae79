import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../../kernel/errors.ts';
import { fileHeaders } from '../../../kernel/files/index.ts';
import { route, type Platform, type Tx } from '../../../kernel/module.ts';
import { chineseDate, localDateOf, type LocalDate } from '../../../kernel/time.ts';
import { unitDirectory } from '../../org/index.ts';
import * as contract from '../contract-files.ts';
import { judgedTargets, measuresOn } from '../figures.ts';
import { measureLightNames } from '../rules/light.ts';
import { periodEnd } from '../rules/quota.ts';
import { allMeasures, type MeasureRow } from '../store/measures.ts';
import { loadPlan, type PlanRow } from '../store/plans.ts';
import { latestReports, type ReportRow } from '../store/reports.ts';
import { overviewOf } from './ledger.ts';
import { unitsOf } from './asked.ts';
import { measureShape, planShape, unitShape } from './shapes.ts';

/** 台账表、简报: the content by an endpoint with its permission and its journal entry, the file made of just that. */
export const fileRoutes = [
  route(contract.ledgerSheet, async ({ tx, input }) => {
    const plan = await planOf(tx, input.planId);
    const on = lastDayOf(tx, input.month);
    const { unit } = input;
    const all = await measuresOn(tx, plan, await allMeasures(tx, plan.id), on);
    const rows = unit === undefined ? all : all.filter((row) => unitsOf(row).includes(unit));
    const directory = await unitDirectory(tx);
    const ids = rows.map((row) => row.id);
    const judged = await judgedTargets(tx, ids, on);
    const reports = await lastWords(tx, plan, rows, on);
    tx.note(`plan:${plan.id}`, '取台账表', { measures: rows.length, on });
    return {
      plan: planShape({ ...plan, measures: rows.length }),
      unit: unit === undefined ? null : unitShape(unit, directory),
      on,
      rows: rows.map((row) => {
        const line = measureShape(row, judged.get(row.id) ?? [], directory);
        const report = reports.get(row.id);
        const moved = row.deadline === row.originalDeadline ? '' : `（原定${chineseDate(row.originalDeadline)}）`;
        return {
          no: row.no,
          task:
            plan.areas.find((area) => area.no === row.area)?.name ??
            (row.kind === 'subItem' ? '重点改革任务' : '组织保障'),
          measure: row.summary === '' || row.summary === row.title ? row.title : `${row.title}：${row.summary}`,
          sponsors: row.sponsors.join('、'),
          leads: row.leads.map(directory.nameOf).join('、') + (row.impliedLead ? '（推定）' : ''),
          supporters: [...row.supporters.map(directory.nameOf), ...row.collectives].join('、'),
          targets: line.targets
            .map(({ text, value, how }) => `${text}（现为${value}，${how === 'computed' ? '系统计算' : '填报'}）`)
            .join('；'),
          milestones: row.milestones
            .map(
              ({ name, due, doneOn }) =>
                `${chineseDate(due)} ${name}${doneOn === null ? '' : `（${chineseDate(doneOn)}完成）`}`,
            )
            .join('；'),
          deadline: `${chineseDate(row.deadline)}${moved}`,
          progress: row.progress,
          problems: report?.problems ?? '',
          nextSteps: report?.nextSteps ?? '',
          light: row.light,
          lightName: measureLightNames[row.light],
          writtenOff: row.writtenOffOn === null ? '' : `${chineseDate(row.writtenOffOn)}销号`,
        };
      }),
    };
  }),

  route(contract.briefing, async ({ tx, input }) => {
    const plan = await planOf(tx, input.planId);
    const on = lastDayOf(tx, input.month);
    const rows = await measuresOn(tx, plan, await allMeasures(tx, plan.id), on);
    const directory = await unitDirectory(tx);
    const { plan: line, counts, targets, areas, trend } = await overviewOf(tx, plan, on);
    const reports = await lastWords(tx, plan, rows, on);
    tx.note(`plan:${plan.id}`, '取简报', { on });
    return {
      plan: line,
      on,
      office: directory.nameOf(plan.settings.office),
      counts,
      targets,
      areas: areas.map(({ name, sponsors, leads, counts: own }) => ({ name, sponsors, leads, counts: own })),
      trend,
      worst: worstOf(rows).map((row) => ({
        no: row.no,
        title: row.title,
        leads: row.leads.map(directory.nameOf).join('、'),
        light: row.light,
        why: row.lightWhy,
        problems: reports.get(row.id)?.problems ?? '',
        nextSteps: reports.get(row.id)?.nextSteps ?? '',
      })),
    };
  }),
];

const worstShown = 15;

/** Red before yellow, and among equals what has been due the longest. */
function worstOf(rows: readonly MeasureRow[]): MeasureRow[] {
  return rows
    .filter((row) => row.light === 'red' || row.light === 'yellow')
    .sort(
      (a, b) =>
        Number(b.light === 'red') - Number(a.light === 'red') ||
        a.originalDeadline.localeCompare(b.originalDeadline) ||
        a.position - b.position,
    )
    .slice(0, worstShown);
}

/** What a lead last reported of each measure, if it was not sent back. */
async function lastWords(
  tx: Tx,
  plan: PlanRow,
  rows: readonly MeasureRow[],
  through: LocalDate,
): Promise<Map<string, ReportRow>> {
  const leads = new Map(rows.map((row) => [row.id, row.leads]));
  const reports = await latestReports(tx, plan.id, through);
  return new Map(
    reports
      .filter((report) => (leads.get(report.measureId) ?? []).includes(report.unitId))
      .map((report) => [report.measureId, report]),
  );
}

/** The end of a month, today while it runs or lies ahead. */
function lastDayOf(tx: Tx, month: string | undefined): LocalDate {
  const today = localDateOf(tx.now);
  const end = month === undefined ? today : periodEnd(month);
  return end < today ? end : today;
}

async function planOf(tx: Tx, id: string): Promise<PlanRow> {
  const plan = await loadPlan(tx, id);
  if (plan === null) throw new AppError('PLAN_NOT_FOUND');
  return plan;
}

const types = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  pdf: 'application/pdf',
} as const;

/** Writers of files bring fonts and formats with them: they come when the first file is asked for, not at every start. */
const writers = {
  docx: async () => (await import('../briefing-docx.ts')).briefingDocx,
  pdf: async () => (await import('../briefing-pdf.ts')).briefingPdf,
} as const;

export function serveFiles(http: FastifyInstance, platform: Platform): void {
  type Request = FastifyRequest<{ Params: { planId: string }; Querystring: Record<string, string> }>;
  const send = (reply: FastifyReply, type: keyof typeof types, name: string, content: Buffer) =>
    reply.headers(fileHeaders({ type: types[type], name: `${name}.${type}`, size: content.length })).send(content);
  const facts = (request: Request) => ({ requestId: request.id });
  const asked = (request: Request) => ({ ...request.query, ...request.params });

  http.get('/api/plans/:planId/ledger.xlsx', async (request: Request, reply) => {
    const actor = await platform.authenticate(request);
    const sheet = await platform.invoke(contract.ledgerSheet, asked(request), actor, facts(request));
    const { ledgerWorkbook } = await import('../ledger-workbook.ts');
    return send(
      reply,
      'xlsx',
      `${sheet.unit?.name ?? ''}${sheet.plan.year}年台账 ${sheet.on}`,
      await ledgerWorkbook(sheet),
    );
  });
  http.get('/api/plans/:planId/report-sheet.xlsx', async (request: Request, reply) => {
    const actor = await platform.authenticate(request);
    const sheet = await platform.invoke(contract.reportSheet, asked(request), actor, facts(request));
    const { reportWorkbook } = await import('../ledger-workbook.ts');
    return send(reply, 'xlsx', `${sheet.unit.name}月报表 ${sheet.on}`, await reportWorkbook(sheet));
  });
  for (const type of ['docx', 'pdf'] as const) {
    http.get(`/api/plans/:planId/briefing.${type}`, async (request: Request, reply) => {
      const actor = await platform.authenticate(request);
      const view = await platform.invoke(contract.briefing, asked(request), actor, facts(request));
      return send(reply, type, `${view.plan.year}年方案简报 ${view.on}`, await (await writers[type]())(view));
    });
  }
}
