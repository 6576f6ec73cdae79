import type { Face, FaceItem } from '../../../kernel/ofd/face.ts';
import { chineseDate, type LocalDate } from '../../../kernel/time.ts';
import type { Layout, TypeDefinition } from './definition.ts';
import { filled } from './placeholders.ts';
import { shownValue, validityText, type FieldValues, type HolderFacts } from './values.ts';

/** Everything that stands on a face besides the fields. */
export interface FaceFacts {
  number: string;
  identifier: string;
  issuerName: string;
  holder: HolderFacts;
  issuedOn: LocalDate;
  validFrom: LocalDate;
  validUntil: LocalDate | null;
  values: FieldValues;
  /** The text of the code; empty on a preview. */
  code: string;
}

/** The layout of a type filled with one licence: what becomes OFD, PDF and the picture on pages. */
export function faceOf(type: TypeDefinition, facts: FaceFacts): Face {
  const { layout } = type;
  const items = layout.items.flatMap((item): FaceItem[] => {
    switch (item.kind) {
      case 'text': {
        const text = filled(item.text, (name) => wordsOf(type, facts, name));
        return text.trim() === '' ? [] : [withoutGaps({ ...item, text })];
      }
      case 'qr':
        return facts.code === '' ? [] : [{ kind: 'qr', x: item.x, y: item.y, size: item.size, text: facts.code }];
      case 'seal':
        return [];
      case 'line':
      case 'rect':
        return [withoutGaps(item)];
    }
  });
  return {
    title: `${type.name}（${facts.number}）`,
    author: facts.issuerName,
    subject: facts.identifier,
    pages: [{ width: layout.width, height: layout.height, items }],
  };
}

/** Where the seal stands: as the layout says, moved back onto the page when it is larger than was thought. */
export function sealPlace(layout: Layout, diameter: number): { x: number; y: number; width: number; height: number } {
  const place = layout.items.find((item) => item.kind === 'seal');
  const x = Math.max(0, Math.min(place?.x ?? 0, layout.width - diameter));
  const y = Math.max(0, Math.min(place?.y ?? 0, layout.height - diameter));
  return { x, y, width: diameter, height: diameter };
}

/** Sample values of a type, for the preview. */
export function sampleFacts(type: TypeDefinition, region: string, today: LocalDate, issuerName: string): FaceFacts {
  const values = Object.fromEntries(type.fields.map(({ id, sample }) => [id, sample]));
  const isFirm = type.holder.kind !== 'person';
  return {
    number: type.number.pattern.replace(/\{(\w+)(?::(\w+))?\}/g, (_, name: string, argument: string | undefined) =>
      sampleOf(name, argument, { values, region, today }),
    ),
    identifier: `1.2.156.3005.2.${type.code}.${region}.${today.slice(0, 4)}0000001.001.X`,
    issuerName,
    holder: {
      kind: isFirm ? 'firm' : 'person',
      name: isFirm ? '麟游县御泉餐饮有限公司' : '张秀兰',
      number: isFirm ? '91610329MA6X000167' : '',
    },
    issuedOn: today,
    validFrom: today,
    validUntil:
      type.validity.years === undefined ? null : `${Number(today.slice(0, 4)) + type.validity.years}${today.slice(4)}`,
    values,
    code: '',
  };
}

function sampleOf(
  name: string,
  argument: string | undefined,
  { values, region, today }: { values: FieldValues; region: string; today: LocalDate },
): string {
  switch (name) {
    case 'year':
      return today.slice(0, 4);
    case 'date':
      return today.replaceAll('-', '');
    case 'region':
      return region.slice(-Number(argument ?? 6));
    case 'serial':
      return '1'.padStart(Number(argument ?? 1), '0');
    case 'check':
      return '0';
    case 'code':
      return '1';
    default:
      return values[name] ?? '';
  }
}

function wordsOf(type: TypeDefinition, facts: FaceFacts, name: string): string {
  switch (name) {
    case 'typeName':
      return type.name;
    case 'number':
    case 'identifier':
    case 'issuerName':
      return facts[name];
    case 'holderName':
      return facts.holder.name;
    case 'holderNumber':
      return facts.holder.number;
    case 'issuedOn':
    case 'validFrom':
      return chineseDate(facts[name]);
    case 'validUntil':
      return facts.validUntil === null ? '长期' : chineseDate(facts.validUntil);
    case 'validity':
      return validityText({ from: facts.validFrom, until: facts.validUntil });
    default: {
      const field = type.fields.find(({ id }) => id === name);
      return field === undefined ? '' : shownValue(field, facts.values[name]);
    }
  }
}

/** What was left out in the data is left out here: `undefined` is not the same under the compiler's strict rule. */
function withoutGaps<T extends object>(item: T): T extends { kind: string } ? FaceItem : never {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined)) as never;
}
