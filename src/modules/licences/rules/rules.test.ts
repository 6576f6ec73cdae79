import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { checkUscc, isOrganisationCodeSound } from '../../../kernel/identifiers.ts';
import { compactFacts, readCodeFacts } from './code-facts.ts';
import { lastDayOf, plusMonths } from './dates.ts';
import { decide, possibleActions, type StateCommand } from './decide.ts';
import { buildIdentifier, checkSign, issuerCodeFault, parseIdentifier, typeCodeFault } from './identifier.ts';
import { evolve, standingOn, type LicenceState } from './licence.ts';
import { decimalCheck, licenceNumber, numberTokens } from './numbers.ts';
import { licenceStatuses, stateActions, transitions, type Standing } from './transitions.ts';
import { buildUscc, segmentNumber } from './uscc.ts';

describe('identifiers', () => {
  test.each([
    ['A12425GABC1234002', 'M'],
    ['11100000000013338W01111430000006122244L20230000403001', 'U'],
    ['11100000000013338W00911330105002500287C2025052201002', '0'],
    ['11100000MB03271699022340100000000016001', '9'],
  ])('MOD 37,36 of %s is %s', (text, sign) => expect(checkSign(text)).toBe(sign));

  it('agree with every whole identifier of the domain page', () => {
    const page = resolve(import.meta.dirname, '../../../../../shared/domain/licences.md');
    if (!existsSync(page)) return void console.info('skipped: the domain page is not here');
    expect(readFileSync(page, 'utf8')).toContain('1.2.156.3005.2');
    const whole = '1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U';
    expect(parseIdentifier(whole)).toEqual({
      typeCode: '11100000000013338W011',
      issuerCode: '11430000006122244L',
      serial: '20230000403',
      version: 1,
    });
  });

  it('any one sign changed is no identifier any more', () => {
    const part = fc.stringMatching(/^[0-9A-Z]{1,18}$/);
    const parts = fc.record({
      typeCode: part,
      issuerCode: part,
      serial: part,
      version: fc.integer({ min: 1, max: 999 }),
    });
    fc.assert(
      fc.property(parts, fc.nat(), fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'), (given, at, sign) => {
        const text = buildIdentifier(given);
        expect(parseIdentifier(text)).toEqual(given);
        const start = '1.2.156.3005.2.'.length;
        const place = start + (at % (text.length - start));
        fc.pre(text[place] !== '.' && text[place] !== sign);
        const changed = text.slice(0, place) + sign + text.slice(place + 1);
        expect(parseIdentifier(changed)).toBeNull();
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it('take credit codes, region codes and short codes of issuers; wrong codes are told', () => {
    expect(issuerCodeFault('340100')).toBeNull();
    expect(issuerCodeFault('11610329329001076P')).toBeNull();
    expect(issuerCodeFault('11610329329001076Q')).toContain('校验位');
    expect(issuerCodeFault('')).not.toBeNull();
    expect(typeCodeFault('11610329329001076P002')).toBeNull();
    expect(typeCodeFault('11610329329001076P02')).toContain('3位顺序码');
    expect(() => buildIdentifier({ typeCode: 'a', issuerCode: '1', serial: '1', version: 1 })).toThrow(RangeError);
    expect(() => buildIdentifier({ typeCode: '1', issuerCode: '1', serial: '1', version: 1000 })).toThrow(RangeError);
  });
});

describe('numbers', () => {
  const facts = {
    on: '2026-11-23',
    region: '610329',
    serial: 12,
    field: (id: string) => (id === 'uscc' ? '91610329MA6X000167' : ''),
    code: () => '2',
  };
  test.each([
    ['{uscc}', '91610329MA6X000167'],
    ['陕（{year}）麟游县不动产权第{serial:7}号', '陕（2026）麟游县不动产权第0000012号'],
    ['{region}{date}{serial:2}{code:kind}', '61032920261123122'],
    ['（陕）人服证字〔{year}〕第{region:4}{serial:6}号', '（陕）人服证字〔2026〕第0329000012号'],
    ['JY{code:form}{region}{serial:6}{check}', `JY2610329000012${decimalCheck('2610329000012')}`],
  ])('%s → %s', (pattern, number) => expect(licenceNumber(pattern, facts)).toBe(number));

  it('MOD 11,10 of the printed example, and what nobody understands is told', () => {
    expect(decimalCheck('0794')).toBe('5');
    expect(numberTokens('{serial:x}{Year}').map(({ kind }) => kind)).toEqual(['unknown', 'unknown']);
  });

  it('credit codes from a segment pass both checks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 31 ** 4 - 1 }), fc.constantFrom('91', '92', '93'), (n, prefix) => {
        const code = buildUscc(prefix, '610329', `MA6Y${segmentNumber(n)}`);
        expect([checkUscc(code), isOrganisationCodeSound(code)]).toEqual([null, true]);
      }),
      { seed: 5, numRuns: 200 },
    );
    expect(() => segmentNumber(31 ** 4)).toThrow(RangeError);
  });
});

describe('dates', () => {
  test.each([
    ['2026-11-23', 60, '2031-11-22'],
    ['2024-02-29', 12, '2025-02-27'],
    ['2026-01-31', 1, '2026-02-27'],
    ['2026-01-01', 36, '2028-12-31'],
  ])('%s and %i months end with %s', (from, months, last) => expect(lastDayOf(from, months)).toBe(last));
  it('stay within short months', () => expect(plusMonths('2026-01-31', 1)).toBe('2026-02-28'));
});

const sample: LicenceState = {
  id: '01920000-0000-7000-8000-00000000000a',
  identifier: '',
  typeId: 'food-business-licence',
  typeVersion: 1,
  typeName: '食品经营许可证',
  typeCode: '',
  number: 'JY1',
  serial: '20260000001',
  version: 1,
  issuer: { unitId: 'approval-bureau', name: '', code: '' },
  holder: { kind: 'firm', label: '', accountId: null },
  issuedOn: '2026-01-10',
  validFrom: '2026-01-10',
  validUntil: '2027-01-09',
  sealedValues: '',
  basis: '',
  origin: { how: 'entered', caseId: null, applicationId: null, reason: '' },
  files: {
    ofd: { sha256: '', size: 0 },
    pdf: { sha256: '', size: 0 },
    code: '',
    sealId: '',
    sealedAt: '2026-01-10T00:00:00.000Z',
  },
  status: 'valid',
  changes: [],
  predecessor: null,
  successor: null,
};
const at = (day: string) => `${day}T04:00:00.000Z`;
const command = (action: StateCommand['action'], change: Partial<StateCommand> = {}): StateCommand => ({
  action,
  from: null,
  until: null,
  reason: '因',
  basis: null,
  documentNo: '',
  by: '王',
  ...change,
});
const after = (state: LicenceState, day: string, ...rest: Parameters<typeof command>) =>
  decide(state, command(...rest), at(day)).reduce<LicenceState>(evolve, state);

describe('the state on a day', () => {
  const held = after(sample, '2026-03-01', 'hold', { until: '2026-05-31' });
  const revoked = after(after(sample, '2026-03-01', 'hold'), '2026-04-01', 'revoke');
  const cancelled = after(revoked, '2026-06-01', 'cancel', { from: '2026-05-15' });
  test.each<[string, LicenceState, string, Standing]>([
    ['before it begins', sample, '2026-01-09', 'notYet'],
    ['on its first day', sample, '2026-01-10', 'valid'],
    ['on its last day', sample, '2027-01-09', 'valid'],
    ['the day after', sample, '2027-01-10', 'expired'],
    ['long term never ends', { ...sample, validUntil: null }, '2099-01-01', 'valid'],
    ['the day before a hold', held, '2026-02-28', 'valid'],
    ['held to the last day', held, '2026-05-31', 'held'],
    ['free again by itself', held, '2026-06-01', 'valid'],
    ['a held one expires', after(sample, '2026-12-01', 'hold'), '2027-01-10', 'expired'],
    ['held first, then revoked', revoked, '2026-03-31', 'held'],
    ['revoked', revoked, '2026-04-01', 'revoked'],
    ['revoked stays revoked after its end', revoked, '2028-01-01', 'revoked'],
    ['cancelled from the day that was decided', cancelled, '2026-05-15', 'cancelled'],
    ['and not before', cancelled, '2026-05-14', 'revoked'],
  ])('%s', (_, state, day, standing) => expect(standingOn(state, day)).toBe(standing));
});

describe('what may follow what', () => {
  it('is the table and nothing else', () => {
    for (const status of licenceStatuses) {
      const state: LicenceState = { ...sample, status };
      for (const action of stateActions) {
        const allowed = transitions[action].from.includes(status);
        const attempt = () =>
          decide({ ...state, changes: status === 'valid' ? [] : changesTo(status) }, command(action), at('2026-03-01'));
        if (allowed) expect(attempt()[0]).toMatchObject({ change: { action, basis: transitions[action].basis } });
        else expect(attempt).toThrow(expect.objectContaining({ code: 'LICENCE_TRANSITION_IMPOSSIBLE' }));
      }
    }
    expect(possibleActions(sample, '2026-03-01')).toEqual(['hold', 'revoke', 'rescind', 'cancel']);
  });

  const changesTo = (status: LicenceState['status']) => {
    const action = ([...stateActions, 'replace'] as const).find((one) => transitions[one].to === status) ?? 'cancel';
    return decide(sample, command(action === 'release' ? 'hold' : action), at('2026-02-01')).flatMap((event) =>
      event.type === 'stateChanged' ? [event.change] : [],
    );
  };

  test.each([
    ['tomorrow', { from: '2026-03-02' }, 'LICENCE_DATE_WRONG'],
    ['before it was issued', { from: '2026-01-09' }, 'LICENCE_DATE_WRONG'],
    ['a hold that ends before it begins', { until: '2026-02-28' }, 'LICENCE_HOLD_END_WRONG'],
  ])('%s is refused', (_, change, code) => {
    expect(() => decide(sample, command('hold', change), at('2026-03-01'))).toThrow(expect.objectContaining({ code }));
  });

  it('only a hold may have an end', () => {
    expect(() => decide(sample, command('revoke', { until: '2026-04-01' }), at('2026-03-01'))).toThrow(
      expect.objectContaining({ code: 'LICENCE_HOLD_END_WRONG' }),
    );
  });
});

it('a code says what it was given, and nothing of a person but the surname', () => {
  const given = {
    typeName: '不动产权证书',
    number: '陕（2026）麟游县不动产权第0000001号',
    identifier: '1.2.156.3005.2.11610329329001076P007.11610329329001703Y.20260000001.001.X',
    holderLabel: '张**',
    holderNumber: null,
    issuerName: '麟游县自然资源局',
    issuedOn: '2026-11-23',
    validUntil: null,
  };
  const read = readCodeFacts(compactFacts(given));
  expect(read?.identifier).toBe(given.identifier);
  expect(Object.fromEntries((read?.facts ?? []).map(({ label, value }) => [label, value]))).toMatchObject({
    持证人: '张**',
    颁发日期: '2026-11-23',
    有效期至: '长期',
  });
  expect(readCodeFacts(['L2', 1])).toBeNull();
});
