/** What a new item or bundle starts from: every part that must be there, empty where somebody has to write it. */
export function newDefinition(kind: 'item' | 'bundle', id: string): Record<string, unknown> {
  const both = {
    id,
    name: '',
    aliases: [],
    keywords: [],
    summary: '',
    audience: ['person'],
    themes: [],
    promised: { term: '5wd' },
  };
  if (kind === 'bundle') return { ...both, lifeEvent: '', lead: '', items: [], questions: [] };
  return {
    ...both,
    basicCode: '',
    kind: '01',
    department: '',
    basis: [{ title: '', article: '' }],
    caseKind: 'promised',
    statutory: { term: '20wd' },
    conditions: [],
    elements: [],
    materials: [],
    steps: [{ id: 'intake', name: '受理', department: '', term: '1wd', kind: 'intake', after: [] }],
    result: { kind: 'document', name: '', delivery: ['electronic'] },
    fees: { charged: false, standard: '不收费' },
    visits: 0,
    onlineDepth: 'full',
    window: { place: '', hours: '' },
    phones: { enquiry: '', complaint: '12345' },
    remedy: { reconsideration: '', litigation: '' },
    questions: [],
  };
}
