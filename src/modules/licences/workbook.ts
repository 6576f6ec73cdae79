import type { SheetData } from 'write-excel-file/node';
import writeXlsxFile from 'write-excel-file/node';
import type { OutputOf } from '../../kernel/endpoint.ts';
import type { exportLicences } from './contract-desk.ts';

const columns = [
  ['证照名称', 26],
  ['编号', 30],
  ['版本', 6],
  ['持证人', 30],
  ['颁发机关', 20],
  ['颁发日期', 12],
  ['有效期起', 12],
  ['有效期止', 12],
  ['状态', 14],
  ['证照标识', 64],
] as const;

/** The list as a workbook. Always text, never a formula: what somebody is called stays what he is called. */
export async function licencesWorkbook(list: OutputOf<typeof exportLicences>): Promise<Buffer> {
  const text = (value: string) => ({ value, type: String });
  const data: SheetData = [
    columns.map(([name]) => ({ value: name, fontWeight: 'bold' as const })),
    ...list.licences.map((one) =>
      [
        one.typeName,
        one.number,
        String(one.version),
        one.holderLabel,
        one.issuerName,
        one.issuedOn,
        one.validFrom,
        one.validUntil ?? '长期',
        one.stateName,
        one.identifier,
      ].map(text),
    ),
    ...(list.isCapped
      ? [[text(`一共 ${list.total} 条，这里只有前 ${list.licences.length} 条，请缩小范围再导出。`)]]
      : []),
  ];
  const file = writeXlsxFile(data, { columns: columns.map(([, width]) => ({ width })), sheet: '证照' });
  return file.toBuffer();
}
