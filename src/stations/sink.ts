/** Sinks: where finished parts leave the plant. */
import { z } from 'zod';
import { position } from './duration.ts';

export const sink = z
  .strictObject({ position: position.optional() })
  .meta({ id: 'sink', description: 'Where finished parts leave the plant.' });
