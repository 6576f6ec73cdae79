/** What may not appear in a published answer, and a draft without it. */

export interface Names {
  firmName: string;
  projectName: string;
  projectCode: string;
  people: readonly string[];
}

const patterns: readonly { name: string; find: RegExp; instead: string }[] = [
  { name: '身份证号码', find: /(?<!\d)\d{6}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[\dXx](?!\d)/g, instead: '（身份证号码）' },
  {
    name: '统一社会信用代码',
    find: /(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])/g,
    instead: '（信用代码）',
  },
  { name: '项目代码', find: /(?<!\d)\d{4}-\d{6}-\d{2}-\d{2}-\d{6}(?!\d)/g, instead: '（项目代码）' },
  { name: '手机号', find: /(?<!\d)1[3-9]\d{9}(?!\d)/g, instead: '（电话）' },
  { name: '电话号码', find: /(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)/g, instead: '（电话）' },
  { name: '电子邮箱', find: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, instead: '（邮箱）' },
];

/** The text with names and numbers taken out. */
export function anonymise(text: string, names: Names): string {
  let result = text;
  for (const { find, instead } of patterns) result = result.replace(find, instead);
  for (const [word, instead] of replacements(names)) result = result.replaceAll(word, instead);
  return result;
}

/** What in a text would tell who asked: 手机号, 企业名称 …; empty when nothing does. */
export function tellTale(text: string, names: Names): string[] {
  const numbers = patterns.filter(({ find }) => text.search(find) >= 0).map(({ name }) => name);
  const words = replacements(names)
    .filter(([word]) => text.includes(word))
    .map(([, , name]) => name);
  return [...new Set([...numbers, ...words])];
}

/** Longest first, so that a firm's short name does not leave the rest of its long one. */
function replacements(names: Names): [word: string, instead: string, name: string][] {
  const all: [string, string, string][] = [
    [names.firmName, '某企业', '企业名称'],
    [names.projectName, '某项目', '项目名称'],
    [names.projectCode, '（项目代码）', '项目代码'],
    ...names.people.map((person): [string, string, string] => [person, '某人', '姓名']),
  ];
  return all.filter(([word]) => word.length >= 2).sort(([a], [b]) => b.length - a.length);
}
