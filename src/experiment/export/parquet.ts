/** The designs of a study as an Apache Parquet file: typed columns, and what it takes to run it again as key-value metadata. */
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { textDigest } from '../journal.ts';
import type { StudyReport } from '../study-protocol.ts';
import { type Column, tableOf } from './table.ts';

const TYPES = { integer: 'INT32', number: 'DOUBLE', text: 'STRING', flag: 'BOOLEAN' } as const satisfies Record<
  Column['kind'],
  ColumnSource['type']
>;

/** A number that is not known is null. Metadata: `millwright.experiment`, `.seed`, `.digest`, `.scene_digest`, `.complete`, `.units` (JSON, by column), `.scene` (its text). */
export function parquetOf(report: StudyReport): ArrayBuffer {
  const columns = tableOf(report);
  const units = Object.fromEntries(columns.filter(({ unit }) => unit !== '').map(({ name, unit }) => [name, unit]));
  const metadata: Record<string, string> = {
    experiment: report.experiment,
    question: report.question,
    seed: String(report.seed),
    digest: report.digest,
    scene_digest: textDigest(report.scene),
    complete: String(report.complete),
    twins: String(report.twins),
    tried: String(report.tried),
    units: JSON.stringify(units),
    scene: report.scene,
  };
  return parquetWriteBuffer({
    columnData: columns.map(({ name, kind, values }) => ({
      name,
      type: TYPES[kind],
      nullable: kind === 'number',
      data: kind === 'number' ? values.map((value) => (Number.isNaN(value) ? null : value)) : values,
    })),
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key: `millwright.${key}`, value })),
    createdBy: 'Millwright',
  });
}
