import { availableParallelism } from 'node:os';
import { calendarTimes } from './calendar.ts';
import { fileOverHttp, record, replay, type Measured } from './filing.ts';
import { fileRates } from './licences.ts';
import { hotlineTimes } from './hotline.ts';
import { planReaderTimes } from './plan-reader.ts';
import { appraisalTimes, fillCases, percentileTime } from './plans.ts';
import { onOwnServer } from './platform.ts';
import { fillQueue, listQueue } from './queue.ts';
import { fillProjects, listSoonBroken } from './project-list.ts';
import { projectTimes } from './projects.ts';
import { figure, heading, line, ratio } from './report.ts';
import { otherServer } from './servers.ts';
import { smRates } from './sm.ts';

/** `npm run bench [-- --quick]`: everything is compared with something in the same run on the same machine. */
const quick = process.argv.includes('--quick');
const filings = quick ? 48 : 240;
const smallQueue = 10_000;
const largeQueue = quick ? 100_000 : 1_000_000;
const smallProjects = 1000;
const largeProjects = 100_000;
const smallTickets = 1000;
const largeTickets = quick ? 20_000 : 100_000;

process.stdout.write(`Node ${process.versions.node}, ${availableParallelism()} cores, fsync on, 8 callers\n`);

heading('Calendar: 20 working days from every day of 2022–2024 (same answers)');
const calendar = calendarTimes();
line('chinese-days findWorkday', figure(calendar.theirs, 'ns'), '1.00×');
line('addWorkingDays', figure(calendar.ours, 'ns'), `${(calendar.theirs / calendar.ours).toFixed(0)}× as fast`);
line(
  'dueOf: whole legal clock',
  figure(calendar.clock, 'ns'),
  `${(calendar.theirs / calendar.clock).toFixed(0)}× as fast`,
);

const projects = projectTimes();
heading(`A construction project: ${projects.items} items, ${projects.days} days, every day attributed`);
line('attribution', figure(projects.attribution.p50, 'ms p50'), figure(projects.attribution.p99, 'ms p99'), '1.00×');
line(
  'with budget and breakers',
  figure(projects.withBudget.p50, 'ms p50'),
  figure(projects.withBudget.p99, 'ms p99'),
  ratio(projects.withBudget.p50, projects.attribution.p50),
);

const reader = planReaderTimes();
heading(`Reading an official plan: ${reader.pages} pages, ${reader.measures} measures, all found`);
line(`a page of ${reader.pages / 4}`, figure(reader.quarter, 'ms'), '1.00×');
line(`a page of ${reader.pages}`, figure(reader.whole, 'ms'), ratio(reader.whole, reader.quarter));

const table = appraisalTimes(quick ? 10 : 50);
heading(`A year's appraisal: ${table.units} units × ${table.measures} measures, ${table.entries} records`);
line('the whole table', figure(table.median, 'ms'));

const hotline = hotlineTimes(smallTickets, largeTickets);
heading('The hotline: one text, by number of tickets');
line('', `${smallTickets} tickets`, `${largeTickets} tickets`, 'ratio');
const engines = {
  suggest: 'three units with reasons',
  learn: 'a confirmed ticket learnt',
  knowledge: 'knowledge search',
  similar: 'similar tickets',
} as const;
for (const [key, label] of Object.entries(engines) as [keyof typeof engines, string][]) {
  const { small, large } = hotline[key];
  line(label, figure(small, 'ms'), figure(large, 'ms'), ratio(large, small));
}
for (const { rows, seconds } of hotline.training) line(`training on ${rows}`, figure(seconds, 's'));

heading('SM2 over 840 bytes: OpenSSL below Node against sm-crypto-v2 (same key, each accepts the other)');
const sm = await smRates(quick ? 100 : 1000);
line('sm-crypto-v2 sign', figure(sm.theirs.sign, '/s'), '1.00×');
line('sign', figure(sm.ours.sign, '/s'), ratio(sm.ours.sign, sm.theirs.sign));
line('sm-crypto-v2 verify', figure(sm.theirs.verify, '/s'), '1.00×');
line('verify', figure(sm.ours.verify, '/s'), ratio(sm.ours.verify, sm.theirs.verify));
line('apply a seal of 42 mm', figure(sm.apply, '/s'), `${ratio(sm.apply, sm.ours.sign)} of sign`);
line('verify it, every step', figure(sm.check, '/s'), `${ratio(sm.check, sm.ours.verify)} of verify`);

heading('Sealed documents: one page, three fonts, a QR code, a seal of 42 mm; in one process');
const documents = await fileRates(quick ? 50 : 300);
line('OFD and PDF, both written and sealed', figure(documents.both, '/s'), '1.00×');
for (const [kind, { write, seal, verify, bytes }] of [
  ['OFD', documents.ofd],
  ['PDF', documents.pdf],
] as const) {
  line(`${kind} of ${Math.round(bytes / 1000)} kB: write`, figure(write, '/s'), ratio(write, documents.both));
  line(`${kind}: seal`, figure(seal, '/s'), ratio(seal, documents.both));
  line(`${kind}: verify, every step`, figure(verify, '/s'), ratio(verify, documents.both));
}

const bench = await onOwnServer();
let embedded: Measured;
try {
  heading('Submitting 企业开办一件事 (seven cases), embedded PostgreSQL');
  const recording = await record(bench);
  await fileOverHttp(bench, 24);
  await replay(bench, recording, 24);
  // Taken by turns, so that neither has the warmer cache or the emptier table.
  const http: Measured[] = [];
  const bare: Measured[] = [];
  for (let turn = 0; turn < 2; turn++) {
    http.push(await fileOverHttp(bench, filings / 2));
    bare.push(await replay(bench, recording, filings / 2));
  }
  const [viaHttp, viaDriver] = [http, bare].map(mean) as [Measured, Measured];
  embedded = viaHttp;
  line(
    `bare driver, the same ${recording.statements.length} statements`,
    figure(viaDriver.perSecond, '/s'),
    figure(viaDriver.p50, 'ms p50'),
    figure(viaDriver.p99, 'ms p99'),
    '1.00×',
  );
  line(
    'through HTTP',
    figure(viaHttp.perSecond, '/s'),
    figure(viaHttp.p50, 'ms p50'),
    figure(viaHttp.p99, 'ms p99'),
    ratio(viaHttp.perSecond, viaDriver.perSecond),
  );

  heading('Queue through HTTP: first page, by number of open tasks');
  await fillQueue(bench, smallQueue);
  const small = await listQueue(bench, 60);
  await fillQueue(bench, largeQueue);
  const large = await listQueue(bench, 60);
  line('', `${smallQueue} tasks`, `${largeQueue} tasks`, 'ratio');
  const labels = {
    firstPage: 'own unit, oldest due first',
    red: 'own unit, red only',
    text: 'own unit, text',
    wholeCounty: 'whole county',
    counts: 'counts by light, whole county',
  } as const;
  for (const [key, label] of Object.entries(labels) as [keyof typeof labels, string][]) {
    line(label, figure(small[key], 'ms'), figure(large[key], 'ms'), ratio(large[key], small[key]));
  }

  heading('Projects through HTTP: first page, by number of running projects');
  await fillProjects(bench, smallProjects);
  const few = await listSoonBroken(bench, 60);
  await fillProjects(bench, largeProjects);
  const many = await listSoonBroken(bench, 60);
  line('', `${smallProjects} projects`, `${largeProjects} projects`, 'ratio');
  const lists = {
    wholeCounty: 'break the budget within 5 days, whole county',
    ownUnit: 'the same, own unit',
    firstPage: 'whole county, budget ending first',
  } as const;
  for (const [key, label] of Object.entries(lists) as [keyof typeof lists, string][]) {
    line(label, figure(few[key], 'ms'), figure(many[key], 'ms'), ratio(many[key], few[key]));
  }

  heading('An indicator of the plan: ninetieth percentile of working days over a year');
  await fillCases(bench, smallQueue);
  const year = await percentileTime(bench, 20);
  await fillCases(bench, largeQueue);
  const fullYear = await percentileTime(bench, 10);
  line('', `${smallQueue} cases`, `${largeQueue} cases`, 'ratio');
  line('cases.percentileWorkingDays', figure(year.ms, 'ms'), figure(fullYear.ms, 'ms'), ratio(fullYear.ms, year.ms));
} finally {
  await bench.stop();
}

heading('Submitting through HTTP: embedded default against a PostgreSQL server');
const other = await otherServer();
line('embedded (npm)', figure(embedded.perSecond, '/s'), figure(embedded.p50, 'ms p50'), '1.00×');
if (other === null) {
  line('skipped: no DATABASE_URL and no PostgreSQL on this machine');
} else {
  const server = await other.start();
  try {
    await fileOverHttp(server, 24);
    const there = await fileOverHttp(server, filings);
    line(
      other.name,
      figure(there.perSecond, '/s'),
      figure(there.p50, 'ms p50'),
      ratio(there.perSecond, embedded.perSecond),
    );
  } finally {
    await server.stop();
  }
}

function mean(all: readonly Measured[]): Measured {
  const of = (pick: (one: Measured) => number) => all.reduce((sum, one) => sum + pick(one), 0) / all.length;
  return { perSecond: of((one) => one.perSecond), p50: of((one) => one.p50), p99: of((one) => one.p99) };
}
