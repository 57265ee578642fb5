import type { Writer } from '#db/connection.ts'

/** Carries a refusal out of a transaction that it undoes. */
class Undone extends Error {
  override readonly name = 'Undone'
  readonly refused: { readonly ok: false }

  constructor(refused: { readonly ok: false }) {
    super('refused, and undone')
    this.refused = refused
  }
}

/** Runs an operation in a transaction; a refusal undoes all that was written, the key of it too. */
export async function undoRefused<Result extends { readonly ok: boolean }>(
  transact: (operation: (tx: Writer) => Promise<Result>) => Promise<Result>,
  operation: (tx: Writer) => Promise<Result>,
): Promise<Result> {
  return await transact(async (tx) => {
    const result = await operation(tx)
    if (!result.ok) throw new Undone(result as { readonly ok: false })
    return result
  }).catch((error: unknown): Result => {
    if (error instanceof Undone) return error.refused as unknown as Result
    throw error
  })
}
