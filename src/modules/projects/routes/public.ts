import { AppError } from '../../../kernel/errors.ts';
import { route } from '../../../kernel/module.ts';
import { instantAt, plusMs } from '../../../kernel/time.ts';
import { formView } from '../../catalogue/index.ts';
import { unitDirectory } from '../../org/index.ts';
import * as contract from '../contract.ts';
import { countyOf } from '../county.ts';
import { judgeType, registrationFor, type Registration } from '../deciding.ts';
import { sharesOf } from '../shares.ts';

/** What anybody may know: the themes, what type a project would be, how the promise is kept. */
export const publicRoutes = [
  route(contract.listThemes, async ({ tx }) => {
    const county = await countyOf(tx.services);
    const directory = await unitDirectory(tx);
    return {
      themes: county.themes.map(({ id, name, description }) => ({
        ...{ id, name, summary: description },
        stages: county.stages.map((stage) => ({
          id: stage.id,
          name: stage.name,
          leadName: directory.nameOf(stage.lead.unit),
          serviceId: stage.bundle,
        })),
        tracks: county.tracks.map((track) => ({ id: track.item, name: track.name })),
      })),
      types: county.types.map(({ id, name, limit, source, rules }) => ({
        ...{ id, name, source },
        budgetDays: Number.parseInt(limit, 10),
        summary: rules.map((rule) => rule.reason).join('；'),
      })),
    };
  }),

  route(contract.registrationForm, async ({ tx, input }) => formOf(await registrationFor(tx, input.themeId))),

  route(contract.decideType, async ({ tx, input }) => {
    const given = Object.entries(input.answers).filter(([, value]) => value !== null && value !== '');
    return judgeType(await registrationFor(tx, input.themeId), Object.fromEntries(given), false);
  }),

  route(contract.projectShares, async ({ tx, input }) => {
    const { from, to } = input;
    if (from !== undefined && to !== undefined && from > to)
      throw new AppError('INVALID_INPUT', {}, [{ path: '/to', message: '结束日期不能早于开始日期。' }]);
    return sharesOf(tx, {
      from: from === undefined ? null : instantAt(from, '00:00'),
      to: to === undefined ? null : plusMs(instantAt(to, '00:00'), 86_400_000),
    });
  }),
];

export function formOf({ theme, service }: Registration) {
  return {
    theme: { id: theme.id, name: theme.name, summary: theme.description },
    form: formView(service),
    answers: { ...theme.defaults, ...theme.fixed },
    fixed: Object.keys(theme.fixed),
  };
}
