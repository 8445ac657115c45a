/** The JSON Schema of a scene file, for editors: public/scene.schema.json. */
import { z } from 'zod';
import { sceneSchema } from './schema.ts';

/** The text of the published schema (draft 2020-12). */
export function publishedSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(sceneSchema, { target: 'draft-2020-12', io: 'input' }), null, 2)}\n`;
}
