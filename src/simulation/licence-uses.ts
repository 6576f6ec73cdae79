import { instantAt, plusMs, type Instant } from '../kernel/time.ts';
import * as licences from '../modules/licences/contract.ts';
import type { Random } from './random.ts';
import type { Town } from './town.ts';
import type { Visitor } from './visitors.ts';

const askers: readonly (readonly [string, string])[] = [
  ['natural-resources', '办理户外广告用地手续，核对经营主体'],
  ['human-resources', '审核创业担保贷款贴息申请'],
  ['market-regulation', '核对食品经营场所检查对象'],
  ['tax', '核对新办纳税人登记情况'],
  ['culture-tourism', '审核民宿评级申报材料'],
  ['fire', '核对公众聚集场所检查名单'],
];

/** Other units ask to use a licence now and then; its holder says yes, no, or nothing. */
export function planUses(town: Town, random: Random, from: Instant, firm: Visitor): void {
  let working = 0;
  for (const { day, working: isWorking } of town.hours.days) {
    if (!isWorking) continue;
    working += 1;
    if (working % 8 !== 3) continue;
    const fate = random.fork(`use ${day}`);
    const at = instantAt(day, `${fate.pick(['09', '10', '15', '16'])}:${fate.pick(['05', '25', '45'])}`);
    if (at > from) town.plan(at, () => ask(town, fate, firm));
  }
}

async function ask(town: Town, random: Random, firm: Visitor): Promise<void> {
  const holder = town.holders.length === 0 ? firm : random.pick(town.holders);
  const held = await holder.call(licences.myLicences, { size: 20 });
  const told = held.licences[0];
  if (told === undefined) return;
  const [unitId, purpose] = random.pick(askers);
  const officer = town.officerOf(unitId);
  // Who comes for something tells the number of his licence.
  const found = await officer.call(licences.findLicence, { typeId: told.typeId, number: told.number });
  const licence = found.licences[0];
  if (licence === undefined) return;
  const { licenceId } = licence;
  const { useId } = await officer.call(licences.askUse, {
    licenceId,
    purpose,
    ground: 'consent',
    scope: random.chance(0.75) ? 'answer' : 'file',
  });
  town.tally.uses.asked += 1;
  const turn = random.next();
  if (turn < 0.12) return;
  town.plan(plusMs(town.now(), random.whole(1, 40) * 3_600_000), async () => {
    const isRefused = turn < 0.32;
    await holder.call(licences.decideUseOfMine, {
      useId,
      action: isRefused ? 'refuse' : 'allow',
      words: isRefused ? random.pick(['我没有在你单位办过事', '先电话说明用途再说']) : '',
    });
    town.tally.uses[isRefused ? 'refused' : 'allowed'] += 1;
    if (isRefused) return;
    town.plan(town.hours.after(town.now(), random.whole(10, 300)), async () => {
      await officer.call(licences.fetchUse, { useId });
      if (!random.chance(0.2)) return;
      town.plan(plusMs(town.now(), random.whole(20, 80) * 3_600_000), async () => {
        await holder.call(licences.decideUseOfMine, { useId, action: 'withdraw', words: '事情已经办完' });
        town.tally.uses.withdrawn += 1;
      });
    });
  });
}
