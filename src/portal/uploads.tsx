import type { JSX } from 'preact';
import type { Issue } from '../kernel/errors.ts';
import { AppError } from '../kernel/errors.ts';
import type { StoredFile } from '../kernel/endpoint.ts';
import { acceptAttribute, safeFileName } from '../kernel/files/index.ts';
import { problemFor } from '../kernel/serve.ts';
import { CommandForm, idOf } from './controls.tsx';
import { keyOf } from './form-body.ts';
import { checkForm, type Visit } from './visit.ts';

/** Files from a plain form: several at once, each one its own command, so that a bad one does not spoil the others. */
export async function takeFiles(
  visit: Visit,
  materialId: string,
  keep: (document: StoredFile, key: string) => Promise<unknown>,
): Promise<{ kept: number; issues: Issue[] }> {
  const { kept, issues } = await takeFilesWithFields(visit, materialId, keep);
  if (kept === 0 && issues.length === 0)
    issues.push({ path: `/materials/${materialId}`, message: '请先选择文件，再点“上传”。' });
  return { kept, issues };
}

/** The same for a form that asks more than files; none chosen is no fault yet. `hear` gets every field, also repeated ones. */
export async function takeFilesWithFields(
  visit: Visit,
  materialId: string,
  keep: (document: StoredFile, key: string) => Promise<unknown>,
  hear: (name: string, value: string) => void = () => {},
): Promise<{ kept: number; issues: Issue[]; fields: Record<string, string> }> {
  const { services, settings } = visit.platform;
  const issues: Issue[] = [];
  const fields: Record<string, string> = {};
  let isChecked = false;
  let kept = 0;
  const limits = { files: 20, fields: 20, fileSize: settings.maxUploadBytes + 1 };
  for await (const part of visit.request.parts({ limits })) {
    if (part.type === 'field') {
      fields[part.fieldname] = String(part.value);
      hear(part.fieldname, String(part.value));
      continue;
    }
    // The token stands before the files in every form of ours; a file that comes without it is not looked at.
    if (!isChecked) checkForm(visit, fields.csrf ?? '');
    isChecked = true;
    if (part.filename === '') {
      part.file.resume();
      continue;
    }
    try {
      const stored = await services.files.put(part.file, { maxBytes: settings.maxUploadBytes });
      const document = { ...stored, name: safeFileName(part.filename, stored.type) };
      await keep(document, keyOf(fields.idempotencyKey ?? '', { materialId, kept, ...document }));
      kept += 1;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      part.file.resume();
      const problem = problemFor(error, visit.platform.errors, visit.request.id);
      if (problem.status === 404 || problem.status === 403 || problem.status === 401) throw error;
      issues.push({ path: `/materials/${materialId}`, message: `${safeName(part.filename)}：${problem.detail}` });
    }
  }
  if (!isChecked) checkForm(visit, fields.csrf ?? '');
  return { kept, issues, fields };
}

export function UploadForm(props: {
  visit: Visit;
  action: string;
  materialId: string;
  name: string;
  fault?: string | undefined;
}): JSX.Element {
  const id = idOf(props.materialId);
  return (
    <CommandForm visit={props.visit} action={props.action} upload class={props.fault ? 'wrong' : undefined}>
      {props.fault && (
        <p class="fault" id={`${id}-fault`} data-sign="×">
          {props.fault}
        </p>
      )}
      <label for={id}>选择“{props.name}”的文件（可以选几个）</label>
      <div class="row">
        <input
          type="file"
          id={id}
          name="file"
          multiple
          accept={acceptAttribute}
          aria-describedby={props.fault ? `${id}-fault` : undefined}
        />
        <button class="quiet" aria-label={`上传${props.name}`}>
          上传
        </button>
      </div>
    </CommandForm>
  );
}

export function DocumentLink({ document }: { document: { id: string; name: string; size: number } }): JSX.Element {
  return (
    <>
      <a href={`/api/documents/${document.id}/content`}>{document.name}</a>（{sizeText(document.size)}）
    </>
  );
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} 字节`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function safeName(name: string): string {
  return [...name].slice(-40).join('');
}
