import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPlatform, type TestPlatform } from '../../../../test/support/platform.ts';
import { describeTerm, parseTerm } from '../../../calendar/index.ts';
import { serviceById } from '../../catalogue/index.ts';
import { unitDirectory } from '../../org/index.ts';
import { parseOffSystemSettings } from '../rules/off-system.ts';
import { roomSettings } from './settings.ts';

let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform?.stop());

test('the county’s settings name units and items that exist, and terms that can be read', async () => {
  await platform.asSystem(async (tx) => {
    const { shared, own, offSystem } = await roomSettings(tx.services);
    const directory = await unitDirectory(tx);
    const units = [
      shared.jointSurvey.reviewer.value,
      own.gas.unit,
      own.offSystem.supervisor,
      ...shared.jointAcceptance.signers.map((one) => one.unit),
      ...shared.pushes.flatMap((one) => one.units),
    ];
    expect(units.filter((unit) => directory.byId(unit) === undefined)).toEqual([]);
    const items = [
      own.gas.item,
      ...shared.jointAcceptance.signers.map((one) => one.item),
      ...shared.pushes.map((one) => one.when.item),
      ...own.commitment.barredItems.map((one) => one.item),
    ];
    for (const item of new Set(items)) expect((await serviceById(tx, item)).name).not.toBe('');
    // An item that the catalogue lets people promise for is not on the list of those that nobody may.
    for (const { item } of own.commitment.barredItems) {
      const service = await serviceById(tx, item);
      expect(service.items[0]?.definition.commitment, item).toBeUndefined();
    }
    for (const push of shared.pushes) expect(describeTerm(parseTerm(push.receiptTerm))).not.toBe('');
    expect(parseOffSystemSettings(offSystem).minMinutes.value).toBeGreaterThan(0);
  });
});
