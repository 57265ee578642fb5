import type { Applied } from '#rules/pricing/quote.ts'
import { writeOff, type Sheet } from '#rules/pricing/sheet.ts'

/**
 * What deposits are worth above what was put down, or take off at once, unit by unit (PR-17): a line
 * never falls below its deposit.
 */
export function applyPresale(sheet: Sheet): Applied[] {
  const lines: number[] = []
  const offs: number[] = []
  let wanted = 0
  for (const at of sheet.all) {
    const { presale, quantity } = sheet.basket.lines[at]!
    if (presale === undefined) continue
    const { deposit, worth = deposit, instantOff = worth - deposit } = presale
    const off = Math.min(instantOff * quantity, sheet.left[at]! - sheet.floor[at]!)
    wanted += instantOff * quantity
    lines.push(at)
    offs.push(off)
  }
  const offFen = writeOff(sheet, lines, offs, { layer: 'presale', instrument: 'presale' })
  if (offFen === 0) return []
  const cutFen = wanted - offFen
  return [{ id: 'presale', offFen, ...(cutFen === 0 ? {} : { cutFen }) }]
}

/** Whether a deposit of the basket takes something off: then the layer is there (PR-1). */
export function hasPresale(sheet: Sheet): boolean {
  for (const { presale } of sheet.basket.lines) {
    if (presale === undefined) continue
    if ((presale.worth ?? presale.deposit) > presale.deposit || presale.instantOff) return true
  }
  return false
}
