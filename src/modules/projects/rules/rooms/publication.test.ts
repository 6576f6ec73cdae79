import { expect, test } from 'vitest';
import { anonymise, tellTale } from './publication.ts';

const names = {
  firmName: '麟游县御泉餐饮有限公司',
  projectName: '御泉中央厨房',
  projectCode: '2026-610329-47-03-012345',
  people: ['赵文斌'],
};

test('what would tell who asked is found and taken out', () => {
  const text =
    '麟游县御泉餐饮有限公司（91610329MA6X000167）的赵文斌，身份证610329199003070017，电话13891712302、0917-7962345，zhao@example.com，项目御泉中央厨房 2026-610329-47-03-012345';
  expect(tellTale(text, names).sort()).toEqual(
    [
      '企业名称',
      '姓名',
      '手机号',
      '电子邮箱',
      '电话号码',
      '统一社会信用代码',
      '身份证号码',
      '项目代码',
      '项目名称',
    ].sort(),
  );
  const clean = anonymise(text, names);
  expect(tellTale(clean, names)).toEqual([]);
  expect(clean).not.toMatch(/\d{6}/);
});

test('ordinary numbers stay: areas, document numbers, dates', () => {
  const text = '容积率2.5、建筑面积12000平方米、国办发〔2019〕11号、2026年11月23日、热线12345';
  expect(tellTale(text, names)).toEqual([]);
  expect(anonymise(text, names)).toBe(text);
});

test('a name that is not known takes nothing out', () => {
  expect(anonymise('企业问：', { firmName: '', projectName: '', projectCode: '', people: ['李'] })).toBe('企业问：');
});
