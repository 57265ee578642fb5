import { hash } from 'node:crypto'

/** An id that the same request, under the same Idempotency-Key, comes to again: `tf-` and 24 digits. */
export function keyedId(prefix: string, asked: readonly string[]): string {
  return `${prefix}-${hash('sha256', JSON.stringify(asked)).slice(0, 24)}`
}
