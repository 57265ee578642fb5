import type { AuditEntry, AuditHold, AuditPin, AuditTransfer } from '#db/ledger/audit.ts'
import { postedKey } from '#rules/ledger/wallet.ts'

type Pin = { readonly amount: number; left: number }

/** The holds of a wallet as its entries make them: what each pins of each lot, by `postedKey`. */
export type HoldSums = Map<string, Map<number, Pin>>

/** Takes one entry with its transfers: a hold pins, a capture, release or forfeiting lets go. */
export function stepHolds(
  sums: HoldSums,
  entry: AuditEntry,
  transfers: readonly AuditTransfer[],
): void {
  if (entry.outcome !== 'done') return
  if (entry.kind === 'hold') {
    const pins = transfers
      .filter((each) => each.credit === 'held')
      .map((each): [number, Pin] => [each.lot_id ?? 0, { amount: each.amount, left: each.amount }])
    sums.set(postedKey('hold', entry.ref), new Map(pins))
    return
  }
  if (entry.kind === 'forfeit') {
    for (const pin of [...sums.values()].flatMap((pins) => [...pins.values()])) pin.left = 0
    return
  }
  const pins = entry.of_ref === null ? undefined : sums.get(entry.of_ref)
  if (pins === undefined) return
  for (const { debit, lot_id, amount } of transfers) {
    const pin = debit === 'held' ? pins.get(lot_id ?? 0) : undefined
    if (pin !== undefined) pin.left -= amount
  }
}

/** What is wrong with the holds as they are kept, or `undefined`. */
export function faultOfHolds(
  sums: HoldSums,
  holds: readonly AuditHold[],
  pins: readonly AuditPin[],
): string | undefined {
  const pinsOf = Map.groupBy(pins, (pin) => pin.ref)
  for (const hold of holds) {
    const sum = sums.get(postedKey('hold', hold.ref))
    if (sum === undefined) return `hold ${hold.ref} was made by no entry`
    if (!sameHold(hold, [...sum.values()])) {
      return `hold ${hold.ref} is not the sum of its transfers`
    }
    const kept = pinsOf.get(hold.ref) ?? []
    if (kept.length !== sum.size || !kept.every((pin) => samePin(pin, sum.get(pin.lot_id)))) {
      return `hold ${hold.ref} pins other than its transfers say`
    }
  }
  return holds.length === sums.size ? undefined : 'a hold is missing'
}

function sameHold(hold: AuditHold, pins: readonly Pin[]): boolean {
  const amount = pins.reduce((sum, pin) => sum + pin.amount, 0)
  const left = pins.reduce((sum, pin) => sum + pin.left, 0)
  return hold.amount === amount && hold.remaining === left && hold.open === left > 0
}

function samePin(kept: AuditPin, pin: Pin | undefined): boolean {
  return kept.amount === pin?.amount && kept.remaining === pin.left
}
