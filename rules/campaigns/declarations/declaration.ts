import type { Fen } from '#rules/money/fen.ts'

export const declarationKinds = ['presale', 'spot'] as const

export type DeclarationKind = (typeof declarationKinds)[number]

/** What is put down for one unit of presale goods, and what that is worth or takes off (PS-1). */
export type DeclaredTerms = {
  readonly deposit: Fen
  readonly worth?: Fen | undefined
  readonly instantOff?: Fen | undefined
}

/** What a shop asks to declare. */
export type DeclarationAsked = {
  readonly kind: DeclarationKind
  readonly sku: string
  /** Of one unit. */
  readonly priceFen: Fen
  readonly quantity: number
  /** Absent: that of the declaration before, else the shop's main category. */
  readonly category?: string | undefined
  /** Of presale goods only. */
  readonly terms?: DeclaredTerms | undefined
}

/** A SKU as it stands in a campaign. */
export type Declaration = {
  readonly kind: DeclarationKind
  readonly sku: string
  readonly status: 'declared' | 'suspended' | 'withdrawn'
  /** How many changes there were. */
  readonly number: number
  readonly category: string
  readonly priceFen: Fen
  readonly quantity: number
  readonly terms: DeclaredTerms | null
  /** What the price was checked against last; `null`: the market verifies none. */
  readonly ceiling: object | null
  /** Why it is suspended. */
  readonly cause: object | null
  readonly declaredAt: Temporal.Instant
  readonly changedAt: Temporal.Instant
}

/** The phase of a campaign in which goods of a kind are declared (DL-2). */
export function declarationPhase(kind: DeclarationKind): 'presaleDeclaration' | 'spotDeclaration' {
  return kind === 'presale' ? 'presaleDeclaration' : 'spotDeclaration'
}

/** Whether two sets of terms are the same in every figure. */
export function areSameTerms(a: DeclaredTerms | null, b: DeclaredTerms | null): boolean {
  if (a === null || b === null) return a === b
  return (
    a.deposit === b.deposit &&
    (a.worth ?? a.deposit) === (b.worth ?? b.deposit) &&
    (a.instantOff ?? 0) === (b.instantOff ?? 0)
  )
}
