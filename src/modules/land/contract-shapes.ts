import { z } from 'zod';
import { localDate, uuid } from '../../kernel/endpoint.ts';
import { codeFault } from './rules/figures.ts';

/** Shapes that several contracts of this module share. */

export const point = z.tuple([z.number(), z.number()]).describe('[经度, 纬度]，CGCS2000');
/** What is drawn wrongly is said by the command in its own words (AREA_WRONG); here only what could not be stored. */
export const polygon = z.array(z.array(point).max(600)).max(20).describe('外圈在前，然后是内圈（洞）');
export const slug = z.string().trim().min(1, '请选择。').max(64);
export const basis = z.object({ title: z.string(), article: z.string() });
export const line = (most = 200) => z.string().trim().min(1, '请填写这一项。').max(most);
export const reason = z.string().trim().min(1, '请写明理由。').max(1000);
export const uscc = z
  .string()
  .trim()
  .max(18)
  .check(({ value, issues }) => {
    const fault = codeFault(value);
    if (fault !== null) issues.push({ code: 'custom', message: fault, input: value });
  });
export const assessmentId = { assessmentId: uuid };
export const plotId = { plotId: uuid };
export const documentView = z.object({
  documentId: uuid,
  name: z.string(),
  type: z.string(),
  size: z.number().int(),
  sha256: z.string(),
});
export const documentRef = z.object({ documentId: uuid, name: z.string() }).nullable();
export const day = localDate;
export const exampleArea: [number, number][][] = [
  [
    [107.802, 34.684],
    [107.804, 34.684],
    [107.804, 34.6854],
    [107.802, 34.6854],
  ],
];
export const exampleId = '01920000-0000-7000-8000-00000000000a';
export const exampleUscc = '91610329MA6TR001X8';
