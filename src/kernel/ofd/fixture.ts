import type { Face, FileFacts } from './face.ts';
import { loadFonts } from './fonts.ts';
import { drawRoundSeal, sealPng } from '../seal/picture.ts';

/** For tests and the bench: a page as an office would issue it, with everything that a face can hold. */
export const fonts = await loadFonts();
export const facts: FileFacts = {
  id: '0123456789abcdef0123456789abcdef',
  createdAt: '2026-06-01T02:00:00.000Z',
  creator: '测试',
  fields: { 编号: 'TEST-2026-000001', 名称: '某某县某某有限公司 <甲&乙>' },
};

export function sampleFace(change: { holder?: string; pages?: number; code?: string } = {}): Face {
  const { holder = '某某县𬱖氏百货有限公司', pages = 2, code = `YS1:${'0AB%7 *'.repeat(40)}` } = change;
  const label = (text: string, y: number) =>
    ({ kind: 'text', x: 40, y, text, size: 5, font: 'sans', width: 28, align: 'spread' }) as const;
  const value = (text: string, y: number) =>
    ({ kind: 'text', x: 76, y, text, size: 5, width: 180, lines: 2, leastSize: 3 }) as const;
  return {
    title: '食品经营许可证（样本）',
    author: '某某县某某局',
    subject: '样本',
    pages: Array.from({ length: pages }, (_, page) => ({
      width: 297,
      height: 210,
      items: [
        { kind: 'rect', x: 8, y: 8, width: 281, height: 194, stroke: '#a67c2e', thickness: 1.2, radius: 3 },
        { kind: 'rect', x: 11, y: 11, width: 275, height: 188, stroke: '#a67c2e', thickness: 0.3 },
        {
          kind: 'text',
          x: 148,
          y: 110,
          text: '样本',
          size: 60,
          weight: 'bold',
          colour: '#a67c2e',
          opacity: 0.08,
          align: 'center',
          rotate: -20,
        },
        {
          kind: 'text',
          x: 48,
          y: 46,
          text: page === 0 ? '食品经营许可证' : '副页',
          size: 14,
          weight: 'bold',
          width: 201,
          align: 'spread',
        },
        { kind: 'line', x1: 48, y1: 54, x2: 249, y2: 54, stroke: '#a67c2e', thickness: 0.4, dash: [2, 1] },
        label('经营者名称', 74),
        value(holder, 74),
        label('住所', 86),
        value('某某省某某市某某县某某镇某某路118号（自主申报），Building B, Room 1203-1205', 86),
        label('法定代表人', 98),
        value('𰻝小面', 98),
        label('有效期至', 110),
        value('2031年06月01日', 110),
        { kind: 'qr', x: 40, y: 130, size: 36, text: code },
        { kind: 'picture', x: 90, y: 140, width: 20, height: 20, bytes: emblem },
        {
          kind: 'text',
          x: 180,
          y: 172,
          text: '某某县某某局\n2026年6月1日',
          size: 6,
          width: 90,
          align: 'center',
          lines: 2,
          lineHeight: 1.8,
        },
      ],
    })),
  };
}

const emblem = sealPng(drawRoundSeal({ name: '样本徽标' }, { diameter: 20 }), 6);
