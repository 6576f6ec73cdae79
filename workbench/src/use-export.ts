import { ref } from 'vue';
import { announce } from './announce.ts';
import { problemOf } from './call.ts';
import { csvOf, downloadText, type Column } from './csv.ts';

export const exportLimit = 2000;

/** Exports what the page's filter shows, page by page, at most `exportLimit` rows, and says how many there were. */
export function useExport<Row>(
  name: string,
  columns: readonly Column<Row>[],
  read: (page: number, size: number) => Promise<{ rows: readonly Row[]; more: boolean }>,
) {
  const busy = ref(false);
  async function run(): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    try {
      const rows: Row[] = [];
      let more = true;
      for (let page = 1; more && rows.length < exportLimit; page += 1) {
        const answer = await read(page, 200);
        rows.push(...answer.rows);
        more = answer.more;
      }
      downloadText(`${name}.csv`, csvOf(columns, rows.slice(0, exportLimit)));
      announce(more ? `导出了前 ${exportLimit} 行；还有更多，请缩小条件后分几次导出。` : `导出了 ${rows.length} 行。`);
    } catch (error) {
      announce(`没有导出：${problemOf(error).detail}`);
    } finally {
      busy.value = false;
    }
  }
  return { run, busy };
}
