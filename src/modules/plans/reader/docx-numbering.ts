import { SaxesParser } from 'saxes';

/** Numbers that Word counts itself: 一、 （一） 1. are not in the text of such a paragraph. */
export interface ListNumbers {
  label(list: string | null, level: number | null, style: string): string;
}

interface Level {
  format: string;
  text: string;
  start: number;
}

export function numberingOf(numberingXml: string, stylesXml: string): ListNumbers {
  const { lists, starts } = readNumberingPart(numberingXml);
  const styles = readStyles(stylesXml);
  const counters = new Map<string, number[]>();
  return {
    label(list, level, style) {
      const inherited = list === null ? styles(style) : null;
      const id = list ?? inherited?.list ?? null;
      if (id === null || id === '0') return '';
      const at = level ?? inherited?.level ?? 0;
      const levels = lists.get(id);
      const own = levels?.get(at);
      if (levels === undefined || own === undefined || own.format === 'bullet' || own.format === 'none') return '';
      const counter = counters.get(id) ?? [];
      counter[at] = (counter[at] ?? (starts.get(`${id}/${at}`) ?? own.start) - 1) + 1;
      counter.length = at + 1;
      counters.set(id, counter);
      return own.text.replaceAll(/%(\d)/g, (_, digit: string) => {
        const index = Number(digit) - 1;
        const value = counter[index] ?? levels.get(index)?.start ?? 1;
        return written(value, levels.get(index)?.format ?? 'decimal');
      });
    },
  };
}

function readNumberingPart(xml: string) {
  const abstracts = new Map<string, Map<number, Level>>();
  const lists = new Map<string, Map<number, Level>>();
  const starts = new Map<string, number>();
  if (xml === '') return { lists, starts };
  let abstract: Map<number, Level> | null = null;
  let level: Level | null = null;
  let num = '';
  let override = -1;
  walk(xml, (name, attributes) => {
    const value = attributes['w:val'] ?? '';
    if (name === 'abstractNum') {
      abstract = new Map();
      abstracts.set(attributes['w:abstractNumId'] ?? '', abstract);
    } else if (name === 'lvl') {
      level = { format: 'decimal', text: '', start: 1 };
      abstract?.set(Number(attributes['w:ilvl'] ?? 0), level);
    } else if (name === 'numFmt' && level) level.format = value;
    else if (name === 'lvlText' && level) level.text = value;
    else if (name === 'start' && level) level.start = Number(value) || 1;
    else if (name === 'num') {
      abstract = null;
      level = null;
      num = attributes['w:numId'] ?? '';
    } else if (name === 'abstractNumId' && num !== '') lists.set(num, abstracts.get(value) ?? new Map<number, Level>());
    else if (name === 'lvlOverride') override = Number(attributes['w:ilvl'] ?? 0);
    else if (name === 'startOverride') starts.set(`${num}/${override}`, Number(value) || 1);
  });
  return { lists, starts };
}

function readStyles(xml: string): (style: string) => { list: string; level: number } | null {
  const own = new Map<string, { list: string | null; level: number | null; based: string }>();
  if (xml !== '') {
    let current = '';
    walk(xml, (name, attributes) => {
      const value = attributes['w:val'] ?? '';
      if (name === 'style') {
        current = attributes['w:styleId'] ?? '';
        own.set(current, { list: null, level: null, based: '' });
      }
      const style = own.get(current);
      if (style === undefined) return;
      if (name === 'basedOn') style.based = value;
      else if (name === 'numId') style.list = value;
      else if (name === 'ilvl') style.level = Number(value);
    });
  }
  return (id) => {
    let level: number | null = null;
    for (let at = own.get(id), steps = 0; at !== undefined && steps < 10; at = own.get(at.based), steps++) {
      level ??= at.level;
      if (at.list !== null) return { list: at.list, level: level ?? 0 };
    }
    return null;
  };
}

function walk(xml: string, open: (name: string, attributes: Record<string, string>) => void): void {
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => open(name.replace(/^.*:/, ''), attributes as Record<string, string>));
  // A spoilt list part costs the numbers, not the text.
  parser.on('error', () => {});
  parser.write(xml).close();
}

const digits = '零一二三四五六七八九';

function written(value: number, format: string): string {
  if (/chinese|ideograph|japanese|taiwanese/i.test(format) && !/enclosed/i.test(format)) return chinese(value);
  if (/enclosedCircle/i.test(format)) return value <= 20 ? String.fromCodePoint(0x245f + value) : String(value);
  if (/lowerLetter/.test(format)) return String.fromCodePoint(0x60 + value);
  if (/upperLetter/.test(format)) return String.fromCodePoint(0x40 + value);
  return String(value);
}

function chinese(value: number): string {
  if (value < 10) return digits[value] ?? String(value);
  if (value > 999) return String(value);
  const hundreds = Math.floor(value / 100);
  const tens = Math.floor((value % 100) / 10);
  const ones = value % 10;
  const head = hundreds === 0 ? '' : `${digits[hundreds] ?? ''}百`;
  const middle =
    tens === 0
      ? hundreds > 0 && ones > 0
        ? '零'
        : ''
      : `${tens === 1 && hundreds === 0 ? '' : (digits[tens] ?? '')}十`;
  return `${head}${middle}${ones === 0 ? '' : (digits[ones] ?? '')}`;
}
