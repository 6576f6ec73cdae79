import { may } from '../../../kernel/actor.ts';
import { AppError } from '../../../kernel/errors.ts';
import { route } from '../../../kernel/module.ts';
import { instantAt, localDateOf, plusMs } from '../../../kernel/time.ts';
import { unitDirectory } from '../../org/index.ts';
import * as contract from '../contract-work.ts';
import { mechanismsOf, mechanismStateNames, sharesOf, type Counts } from '../rules/figures.ts';
import { settingsOf } from '../settings.ts';
import { countFigures } from '../store/figures.ts';

export const figureRoutes = [
  route(contract.ratingFigures, async ({ tx, input, reach, actor }) => {
    const to = input.to ?? localDateOf(tx.now);
    const from = input.from ?? `${to.slice(0, 4)}-01-01`;
    const ofPeople = input.by === 'officer' || input.by === 'window';
    const supervises = may(actor, 'rating.supervise');
    const answers = supervises || may(actor, 'rating.decide');
    if (ofPeople && !answers) throw new AppError('FORBIDDEN');
    // Figures of people are for who answers for them: the own leader's units, or the supervising office's.
    const permission = supervises ? 'rating.supervise' : 'rating.decide';
    const within = ofPeople ? (reach === 'all' ? reach : reach.filter((unit) => may(actor, permission, unit))) : reach;
    const period = { from: instantAt(from, '00:00'), to: plusMs(instantAt(to, '00:00'), 86_400_000) };
    const [whole] = await countFigures(tx, { by: 'all', reach: within, ...period });
    const rows = await countFigures(tx, { by: input.by, reach: within, ...period });
    const directory = await unitDirectory(tx);
    const settings = await settingsOf(tx.services);
    const total: Counts = whole ?? nothing;
    return {
      from,
      to,
      total: { counts: total, ...sharesOf(total) },
      rows: rows.map((row) => ({
        key: row.key,
        name: input.by === 'unit' ? directory.nameOf(row.key) : row.name,
        unitName: row.unitId === '' ? '' : directory.nameOf(row.unitId),
        counts: row,
        ...sharesOf(row),
      })),
      mayByOfficer: answers,
      mechanisms: {
        note: '方案只说“五项机制”，没有列是哪五项；下面五项是本平台按国家文件的意思理解的。',
        rows: mechanismsOf(total, settings.mechanismWorks.share).map((one) => ({
          ...one,
          stateName: mechanismStateNames[one.state],
        })),
      },
    };
  }),
];

const nothing: Counts = {
  finished: 0,
  answered: 0,
  valid: 0,
  good: 0,
  bad: 0,
  rectified: 0,
  anonymous: 0,
  removed: 0,
  realNameBad: 0,
  contacted: 0,
  contactedInTime: 0,
  revisited: 0,
  reopened: 0,
  appealed: 0,
  appealsDecided: 0,
  published: 0,
  publishable: 0,
};
