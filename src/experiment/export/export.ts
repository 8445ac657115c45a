/** Files of a study's report. Each form is loaded when it is asked for: most visits ask for none. */
import type { StudyReport } from '../study-protocol.ts';

/** @param address link that opens the scene, for the report in HTML; '' for none. */
export async function exportStudy(report: StudyReport, format: 'csv' | 'parquet' | 'html', address = ''): Promise<Blob> {
  switch (format) {
    case 'csv':
      return new Blob([(await import('./csv.ts')).csvOf(report)], { type: 'text/csv;charset=utf-8;header=present' });
    case 'parquet':
      return new Blob([(await import('./parquet.ts')).parquetOf(report)], { type: 'application/vnd.apache.parquet' });
    case 'html':
      return new Blob([(await import('./html.ts')).htmlOf(report, address)], { type: 'text/html;charset=utf-8' });
  }
}
