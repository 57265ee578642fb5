import type { CompiledMapping } from '#cli/import/compile.ts'
import type { Row } from '#cli/import/fields.ts'
import type { OrderRecord } from '#cli/import/records.ts'
import type { Rejects } from '#cli/import/rejects.ts'
import type { Role } from '#cli/import/stage.ts'
import type { Fen } from '#rules/money/fen.ts'

/** What turning rows into records needs. */
export type Assembly = {
  readonly compiled: CompiledMapping
  readonly minorDigits: number
  readonly rejects: Rejects
  /** Counts what was assumed, by its name. */
  readonly note: (name: string) => void
}

/** Everything that the files say of one order. */
export type OrderRows = Readonly<Record<Role, Row[]>> & { readonly id: string }

/** What is the same for all of an order's lines. */
export type OrderHead = {
  readonly memberId: string
  readonly placed: number
  readonly times: OrderRecord['times']
  readonly freightFen: Fen
}
