import { BpmnModdle } from 'bpmn-moddle';
import type { ModdleElement } from 'bpmn-moddle';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { graphOf } from './graph.ts';
import { FlowError, toBpmn, toSvg } from './index.ts';
import type { BundleFlow, FlowDefinition, FlowStep } from './index.ts';
import { layoutOf } from './layout.ts';

const simple: FlowDefinition = {
  name: '食品经营许可',
  steps: [
    step('accept', '收件受理', '县行政审批服务局', '1wd', [], 'intake'),
    step('paper', '书面审查', '县行政审批服务局', '3wd', ['accept'], 'review'),
    step('site', '现场核查', '县市场监督管理局', '5wd', ['accept'], 'review'),
    step('fire', '消防意见', '县消防救援大队', '5wd', ['accept'], 'joint'),
    step('decide', '作出决定', '县行政审批服务局', '0.5wd', ['paper', 'site', 'fire'], 'decision'),
    step('give', '制证送达', '县行政审批服务局', '1wd', ['decide'], 'delivery'),
  ],
};

const bundle: BundleFlow = {
  name: '企业开办一件事',
  items: [
    { id: 'licence', name: '企业设立登记', after: [], steps: simple.steps.slice(0, 2) },
    { id: 'seal', name: '公章刻制备案', after: ['licence'], steps: [step('cut', '刻章', '县公安局', '4h', [])] },
    { id: 'tax', name: '发票申领', after: ['licence'], steps: [step('tax', '核定票种', '县税务局', '0.5wd', [])] },
    {
      id: 'bank',
      name: '银行预约开户',
      after: ['seal', 'tax'],
      steps: [step('open', '开户', '人民银行县支行', '1wd', [])],
    },
    { id: 'fund', name: '公积金缴存登记', after: [], steps: [step('reg', '登记', '公积金管理部', '0wd', [])] },
  ],
};

describe('the order of a flow', () => {
  it('what waits for the same step runs side by side, between gateways', () => {
    expect(arrows(simple)).toEqual(
      [
        '申请人提交申请 → 收件受理',
        '收件受理 → +同时办理',
        '+同时办理 → 书面审查',
        '+同时办理 → 现场核查',
        '+同时办理 → 消防意见',
        '书面审查 → +',
        '现场核查 → +',
        '消防意见 → +',
        '+ → 作出决定',
        '作出决定 → 是否准予',
        '是否准予 -准予→ 制证送达',
        '是否准予 -不予→ 不予，书面说明理由',
        '制证送达 → 准予，送达结果',
      ].sort(),
    );
  });

  it('steps in the same layer do not overlap and stand beside each other', () => {
    const layout = layoutOf(graphOf(simple), {
      sizeOf: () => ({ width: 100, length: 40 }),
      beside: 10,
      between: 30,
      margin: 0,
      applicantLane: false,
    });
    const parallel = layout.nodes.filter(({ node }) => ['书面审查', '现场核查', '消防意见'].includes(node.label));
    expect(new Set(parallel.map(({ along }) => along)).size).toBe(1);
    const across = parallel.map((placed) => placed.across).sort((a, b) => a - b);
    expect((across[1] ?? 0) - (across[0] ?? 0)).toBeGreaterThanOrEqual(110);
    expect((across[2] ?? 0) - (across[1] ?? 0)).toBeGreaterThanOrEqual(110);
  });

  it('leaves out lines that other lines imply', () => {
    const detour = {
      name: 'x',
      steps: [step('a'), step('b', 'b', '甲', '1wd', ['a']), step('c', 'c', '甲', '1wd', ['a', 'b', 'b'])],
    };
    expect(arrows(detour)).not.toContain('a → c');
    expect(arrows(detour)).toContain('b → c');
  });

  it('an item without steps goes straight to the decision', () => {
    expect(arrows({ name: '空', steps: [] })).toContain('申请人提交申请 → 是否准予');
  });

  it('what follows a decision or a delivery is only done when granted', () => {
    const publish = { ...simple, steps: [...simple.steps, step('publish', '公示', '县局', '7nd', ['decide'])] };
    expect(arrows(publish)).toContain('是否准予 -准予→ +同时办理');
    expect(arrows(publish)).toContain('+同时办理 → 公示');
  });

  it('a bundle hands on what is granted, and only that', () => {
    const lines = arrows(bundle);
    expect(lines).toContain('申请人一次提交申请 → +同时办理');
    expect(lines.filter((line) => line.startsWith('申请人一次提交申请'))).toHaveLength(1);
    expect(lines).toContain('+同时办理 → 刻章');
    expect(lines).toContain('+ → 开户');
    expect(lines.filter((line) => line.endsWith('-不予→ 不予，书面说明理由'))).toHaveLength(5);
  });

  it.each<[string, FlowDefinition | BundleFlow, FlowError['code'], RegExp]>([
    [
      'circle',
      {
        name: 'x',
        steps: [
          step('a', '甲', 'd', '1wd', ['c']),
          step('b', '乙', 'd', '1wd', ['a']),
          step('c', '丙', 'd', '1wd', ['b']),
        ],
      },
      'CYCLE',
      /甲 → 乙 → 丙 → 甲/,
    ],
    ['self', { name: 'x', steps: [step('a', '甲', 'd', '1wd', ['a'])] }, 'CYCLE', /甲 → 甲/],
    ['stranger', { name: 'x', steps: [step('a', '甲', 'd', '1wd', ['zz'])] }, 'UNKNOWN_STEP', /“甲”要等的“zz”不存在/],
    ['twice', { name: 'x', steps: [step('a'), step('a')] }, 'DUPLICATE_STEP', /“a”用了两次/],
    ['circle of items', { name: 'x', items: [{ id: 'a', name: '甲', after: ['a'], steps: [] }] }, 'CYCLE', /甲 → 甲/],
  ])('refuses a %s with a message for the clerk', async (_, definition, code, message) => {
    for (const draw of [toBpmn, toSvg]) {
      const error = await draw(definition).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(FlowError);
      expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
    }
  });
});

describe('BPMN 2.0', () => {
  it.each([
    ['item', simple],
    ['bundle', bundle],
    ['empty item', { name: '空', steps: [] }],
    ['hostile names', hostile()],
  ])('%s: re-imports without warnings, everything is drawn and connected', async (_, definition) => {
    await expectSound(definition);
  });

  it('carries department and limit in the name of each task, and the two ways out', async () => {
    const xml = await toBpmn(simple);
    expect(xml).toContain('现场核查（县市场监督管理局，5个工作日）');
    expect(xml).toContain('name="准予"');
    expect(xml).toContain('name="不予"');
    expect(xml).toContain('<bpmn:parallelGateway');
  });

  it('a bundle has a pool with a lane for the applicant and one for each item; shapes lie inside their lane', async () => {
    const { elementsById } = await new BpmnModdle().fromXML(await toBpmn(bundle));
    const lanes = Object.values(elementsById).filter((element) => element.$type === 'bpmn:Lane');
    expect(lanes.map((lane) => lane.get('name'))).toEqual(['申请人', ...bundle.items.map(({ name }) => name)]);
    for (const lane of lanes) {
      const outer = bounds(elementsById[`${lane.id ?? ''}_di`]);
      const members = elements(lane.get('flowNodeRef'));
      expect(members.length).toBeGreaterThan(0);
      for (const member of members) {
        const inner = bounds(elementsById[`${member.id ?? ''}_di`]);
        expect(inner.y).toBeGreaterThanOrEqual(outer.y);
        expect(inner.y + inner.height).toBeLessThanOrEqual(outer.y + outer.height);
        expect(inner.x + inner.width).toBeLessThanOrEqual(outer.x + outer.width);
      }
    }
  });

  it('any order of steps without circles gives a sound file', async () => {
    await fc.assert(fc.asyncProperty(definitions, expectSound), { seed: 3, numRuns: 60 });
  });
});

describe('SVG', () => {
  it('shows every step with its department and limit, and describes itself', async () => {
    const svg = await toSvg(simple);
    const shown = svg.replace(/<desc.*<\/desc>/, '').replace(/<[^>]+>/g, '');
    for (const { name } of simple.steps) expect(shown).toContain(name);
    expect(shown).toContain('限时：5个工作日');
    expect(svg).toMatch(/^<svg [^>]*role="img" aria-labelledby="flow-title flow-desc"/);
    expect(svg).toContain('<title id="flow-title">食品经营许可办理流程图</title>');
    expect(svg).toContain('书面审查、现场核查、消防意见之后：作出决定（县行政审批服务局，0.5个工作日）。');
  });

  it('keeps two charts on one page apart', async () => {
    expect(await toSvg(simple, 'a"b')).toContain('aria-labelledby="a-b-title a-b-desc"');
  });

  it.each([
    ['item', simple],
    ['bundle', bundle],
    ['hostile names', hostile()],
  ])('%s: well-formed, nothing a strict policy forbids, nothing outside the frame', async (_, definition) => {
    const svg = await toSvg(definition);
    await expectWellFormed(svg);
    const tags = (svg.match(/<[^>]+>/g) ?? []).join('\n');
    expect(tags).not.toMatch(/<style|<script|\sstyle=|\son\w+=|href=|url\(|<foreignObject/i);
    const [x, , width, height] = (/viewBox="([^"]+)"/.exec(svg)?.[1] ?? '').split(' ').map(Number);
    for (const [, left, top, wide, high] of svg.matchAll(
      /<rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)"/g,
    )) {
      expect(Number(left)).toBeGreaterThanOrEqual((x ?? 0) - 0.1);
      expect(Number(left) + Number(wide)).toBeLessThanOrEqual((x ?? 0) + (width ?? 0) + 0.1);
      expect(Number(top) + Number(high)).toBeLessThanOrEqual((height ?? 0) + 0.1);
    }
  });

  it('wraps long names inside their box', async () => {
    const long = '农药经营许可证（限制使用农药除外）延续换证申请材料书面审查';
    const svg = await toSvg({ name: 'x', steps: [step('a', long)] });
    const pieces = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, piece]) => piece ?? '');
    expect(pieces.join('')).toContain(long);
    expect(Math.max(...pieces.map((piece) => [...piece].length))).toBeLessThanOrEqual(10);
  });

  it('keeps the contrast of text and outlines', async () => {
    const svg = await toSvg(simple);
    const text = [...svg.matchAll(/<text [^>]*fill="(#\w+)"/g)].map(([, colour]) => colour ?? '');
    const fills = [...svg.matchAll(/<(?:rect|polygon) [^>]*fill="(#\w+)" stroke=/g)].map(([, colour]) => colour ?? '');
    expect(fills.length).toBeGreaterThan(5);
    for (const ink of new Set(text))
      for (const paper of new Set(fills)) expect(contrast(ink, paper)).toBeGreaterThan(4.5);
    for (const [, fill, stroke] of svg.matchAll(/fill="(#\w+)" stroke="(#\w+)"/g)) {
      expect(contrast(stroke ?? '', fill ?? '')).toBeGreaterThan(3);
    }
  });

  it('no label of a line or gateway lies under a box', async () => {
    const svg = await toSvg(bundle);
    const boxes = [...svg.matchAll(/<g><rect x="([^"]+)" y="([^"]+)" width="([^"]+)" height="([^"]+)"/g)].map((match) =>
      match.slice(1).map(Number),
    );
    const labels = [...svg.matchAll(/<text x="([^"]+)" y="([^"]+)" text-anchor="start"[^>]*>([^<]*)</g)];
    expect(labels.length).toBeGreaterThan(10);
    for (const [, x, y, label] of labels) {
      const right = Number(x) + [...(label ?? '')].length * 12;
      for (const [left = 0, top = 0, width = 0, height = 0] of boxes) {
        const apart = right <= left || Number(x) >= left + width || Number(y) <= top || Number(y) - 12 >= top + height;
        expect(apart, `${label ?? ''} at ${x ?? ''},${y ?? ''}`).toBe(true);
      }
    }
  });

  it('any order of steps: boxes never overlap', () => {
    fc.assert(
      fc.property(definitions, (definition) => {
        const sizes = {
          sizeOf: () => ({ width: 100, length: 40 }),
          beside: 10,
          between: 30,
          margin: 0,
          applicantLane: false,
        };
        const { nodes, lanes } = layoutOf(graphOf(definition), sizes);
        nodes.forEach((a, at) =>
          nodes.slice(at + 1).forEach((b) => {
            const apart = Math.abs(a.across - b.across) >= 99.9 || Math.abs(a.along - b.along) >= 39.9;
            expect(apart, `${a.node.id} and ${b.node.id}`).toBe(true);
          }),
        );
        expect(lanes.length).toBe('items' in definition ? definition.items.length : 0);
      }),
      { seed: 3, numRuns: 100 },
    );
  });
});

/** Steps that wait for any earlier ones: every order without circles. */
const someSteps: fc.Arbitrary<FlowStep[]> = fc
  .array(fc.tuple(fc.array(fc.nat(9), { maxLength: 3 }), fc.constantFrom('review', 'joint', 'decision', 'delivery')), {
    maxLength: 10,
  })
  .map((rows) =>
    rows.map(([before, kind], at): FlowStep => {
      const after = at === 0 ? [] : [...new Set(before.map((other) => `s${other % at}`))];
      return step(`s${at}`, `环节${at}`, '县局', '1wd', after, kind);
    }),
  );
const definitions: fc.Arbitrary<FlowDefinition | BundleFlow> = fc.oneof(
  someSteps.map((steps) => ({ name: '事项', steps })),
  fc.array(fc.tuple(someSteps, fc.array(fc.nat(9), { maxLength: 2 })), { minLength: 1, maxLength: 4 }).map((rows) => ({
    name: '一件事',
    items: rows.map(([steps, before], at) => ({
      id: `i${at}`,
      name: `事项${at}`,
      after: at === 0 ? [] : [...new Set(before.map((other) => `i${other % at}`))],
      steps,
    })),
  })),
);

async function expectSound(definition: FlowDefinition | BundleFlow): Promise<void> {
  const { rootElement, warnings, elementsById } = await new BpmnModdle().fromXML(await toBpmn(definition));
  expect(warnings).toEqual([]);
  const drawn = new Map<string, ModdleElement>();
  for (const element of Object.values(elementsById)) {
    const subject = element.get('bpmnElement');
    if (isElement(subject) && subject.id !== undefined) drawn.set(subject.id, element);
  }
  const process = elements(rootElement.get('rootElements')).find((element) => element.$type === 'bpmn:Process');
  const flow = elements(process?.get('flowElements'));
  const nodes = flow.filter((element) => element.$type !== 'bpmn:SequenceFlow');
  const lines = flow.filter((element) => element.$type === 'bpmn:SequenceFlow');
  const steps = 'items' in definition ? definition.items.flatMap((item) => item.steps) : definition.steps;
  expect(nodes.filter((node) => node.$type === 'bpmn:UserTask')).toHaveLength(steps.length);
  for (const node of nodes) {
    expect(drawn.get(node.id ?? '')?.$type, `shape of ${node.id ?? ''}`).toBe('bpmndi:BPMNShape');
    expect(elements(node.get('incoming')).length > 0).toBe(node.$type !== 'bpmn:StartEvent');
    expect(elements(node.get('outgoing')).length > 0).toBe(node.$type !== 'bpmn:EndEvent');
  }
  for (const line of lines) {
    const picture = drawn.get(line.id ?? '');
    expect(picture?.$type, `edge of ${line.id ?? ''}`).toBe('bpmndi:BPMNEdge');
    expect(elements(picture?.get('waypoint')).length).toBeGreaterThanOrEqual(2);
    expect(nodes).toContain(line.get('sourceRef'));
    expect(nodes).toContain(line.get('targetRef'));
  }
}

/** Any XML reader does for this; moddle's refuses what is not well-formed with an error or a warning. */
async function expectWellFormed(svg: string): Promise<void> {
  const probe =
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="urn:x">' +
    `<bpmn:extensionElements>${svg}</bpmn:extensionElements></bpmn:definitions>`;
  const { warnings } = await new BpmnModdle().fromXML(probe);
  expect(warnings).toEqual([]);
}

function arrows(definition: FlowDefinition | BundleFlow): string[] {
  const { nodes, edges } = graphOf(definition);
  const label = (id: string): string => {
    const node = nodes.find((candidate) => candidate.id === id);
    return node === undefined ? '?' : node.kind === 'parallel' ? `+${node.label}` : node.label;
  };
  return edges
    .map((edge) => `${label(edge.from)} ${edge.label === undefined ? '→' : `-${edge.label}→`} ${label(edge.to)}`)
    .sort();
}

function step(
  id: string,
  name = id,
  department = '县局',
  term = '1wd',
  after: string[] = [],
  kind: NonNullable<FlowStep['kind']> = 'review',
): FlowStep {
  return { id, name, department, term, after, kind };
}

function hostile(): FlowDefinition {
  return {
    name: '"><script>alert(1)</script>&amp;\u0000\uD800',
    steps: [
      step('<a> "', '</text><script>x</script>', '&县局\u000B', '1wd'),
      step("'b", ']]>𠮷林省 onload="x"', '𪚥县', '20nd', ['<a> "']),
      step('constructor', ' ', '', '1mo', ['<a> "']),
    ],
  };
}

function isElement(value: unknown): value is ModdleElement {
  return typeof value === 'object' && value !== null && '$type' in value;
}

function elements(value: unknown): ModdleElement[] {
  return Array.isArray(value) ? value.filter(isElement) : [];
}

function bounds(shape: ModdleElement | undefined): { x: number; y: number; width: number; height: number } {
  const box = shape?.get('bounds');
  const read = (name: string): number => (isElement(box) ? Number(box.get(name)) : NaN);
  return { x: read('x'), y: read('y'), width: read('width'), height: read('height') };
}

function contrast(one: string, two: string): number {
  const luminance = (colour: string): number => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
  };
  const [light, dark] = [luminance(one), luminance(two)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}
