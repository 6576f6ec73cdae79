import type { JSX } from 'preact';
import type { Issue } from '../kernel/errors.ts';
import { acceptAttribute } from '../kernel/files/index.ts';
import { uploadRoomDocument } from '../modules/projects/contract-rooms-views.ts';
import { Field } from './controls.tsx';
import { FormBody } from './form-body.ts';
import { takeFilesWithFields } from './uploads.tsx';
import type { Visit } from './visit.ts';

/** Forms of a project's rooms that ask and take files in one go. What was uploaded before a fault need not be sent again. */

export async function takeRoomForm(visit: Visit): Promise<{ form: FormBody; documents: string[]; issues: Issue[] }> {
  const projectId = visit.param('projectId');
  const fresh: string[] = [];
  const { issues, fields } = await takeFilesWithFields(visit, 'file', async (document, key) => {
    fresh.push((await visit.invoke(uploadRoomDocument, { projectId, document }, key)).id);
  });
  const documents = [...idsIn(fields.documents ?? ''), ...fresh];
  return { form: new FormBody({ ...fields, documents: documents.join(' ') }), documents, issues };
}

export function FilesField(props: {
  id?: string;
  label: string;
  hint?: string;
  optional?: boolean;
  /** Ids of what was uploaded already, as the form carries them. */
  keep: string;
  fault?: string | undefined;
}): JSX.Element {
  const { keep, ...facts } = props;
  const kept = idsIn(keep).length;
  return (
    <>
      {kept > 0 && (
        <p class="note">
          已上传 {kept} 个文件，不用再选。
          <input type="hidden" name="documents" value={keep} />
        </p>
      )}
      <Field name="file" hint="可以选几个：照片、PDF、Word 都行" {...facts}>
        {(tie) => <input {...tie} type="file" multiple accept={acceptAttribute} />}
      </Field>
    </>
  );
}

export function DocumentList({
  documents,
}: {
  documents: readonly { id: string; name: string }[];
}): JSX.Element | null {
  if (documents.length === 0) return null;
  return (
    <ul>
      {documents.map((document) => (
        <li>
          <a href={`/api/room-documents/${document.id}/content`}>{document.name}</a>
        </li>
      ))}
    </ul>
  );
}

function idsIn(text: string): string[] {
  return text.split(' ').filter((id) => /^[0-9a-f-]{36}$/.test(id));
}
