import type { z } from 'zod'

/** Absent and `null` are the same in what the pages read. */
export function maybe<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined)
}
