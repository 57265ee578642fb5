import type { ImportCounts } from '#cli/import/run-import.ts'
import type { CategoryEarned } from '#db/earned-by-category.ts'
import { asFen, fenToText } from '#rules/money/fen.ts'

/** A category with the ratio by which it earns now. */
export type ClassedCategory = CategoryEarned & { readonly ratioKey: string }

export type ReportFacts = {
  readonly counts: ImportCounts
  readonly categories: readonly ClassedCategory[]
  readonly market: { readonly currency: string; readonly minorDigits: number }
  readonly mapping: string
  readonly seconds: number
  readonly rejectsPath: string
  readonly home: string
}

/** What an import came to, for people: what it earned by category, the counts, what to do next. */
export function reportOf(facts: ReportFacts): string {
  return [
    ...earnedTable(facts),
    '',
    ...countLines(facts),
    '',
    ...rejectLines(facts),
    ...noteLines(facts.counts),
    ...nextLines(facts),
    '',
  ].join('\n')
}

function earnedTable({ categories, market, mapping }: ReportFacts): string[] {
  if (categories.length === 0) return [`No order of import:${mapping} is in the books.`]
  const rows = [
    ...categories.map((each) => [each.category, each.ratioKey, ...figures(each, market)]),
    ...classTotals(categories).map(([name, total]) => ['all of', name, ...figures(total, market)]),
    ['total', '', ...figures(sumOf(categories), market)],
  ]
  const head = ['category', 'ratio', 'lines', `paid ${market.currency}`, 'earned', 'taken back']
  return [`In the books from import:${mapping}, by category:`, ...aligned([head, ...rows])]
}

type Sums = Omit<CategoryEarned, 'category'>

function figures(sums: Sums, market: ReportFacts['market']): string[] {
  return [
    count(sums.lines),
    grouped(fenToText(asFen(sums.paidFen), market.minorDigits)),
    count(sums.pointsEarned),
    count(sums.pointsClawed),
  ]
}

function classTotals(categories: readonly ClassedCategory[]): [string, Sums][] {
  const byRatio = Map.groupBy(categories, (each) => each.ratioKey)
  if (byRatio.size < 2) return []
  return [...byRatio].map(([name, ofOne]) => [name, sumOf(ofOne)])
}

function sumOf(categories: readonly Sums[]): Sums {
  const sum = (pick: (each: Sums) => number): number =>
    categories.reduce((total, each) => total + pick(each), 0)
  return {
    lines: sum((each) => each.lines),
    paidFen: sum((each) => each.paidFen),
    refundedFen: sum((each) => each.refundedFen),
    pointsEarned: sum((each) => each.pointsEarned),
    pointsClawed: sum((each) => each.pointsClawed),
  }
}

function countLines({ counts, seconds }: ReportFacts): string[] {
  const { facts, read } = counts
  const total = facts.applied + facts.duplicate + facts.parked + facts.refused
  const rate = Math.round(total / Math.max(seconds, 0.001))
  return [
    `Read        ${count(read.rows)} rows`,
    `Found       ${count(counts.orders)} orders of ${count(counts.trades)} trades and ${count(counts.members)} members`,
    `Told        ${count(total)} facts in ${seconds.toFixed(1)} s (${count(rate)} a second)`,
    `            ${count(facts.applied)} applied, ${count(facts.duplicate)} known before, ${count(facts.parked)} parked, ${count(facts.refused)} refused`,
    `This run    ${count(counts.pointsEarned)} points earned, ${count(counts.pointsClawedBack)} taken back`,
    ...(total > 0 && total === facts.duplicate
      ? ['            Everything was known before: nothing changed.']
      : []),
  ]
}

function rejectLines({ counts, rejectsPath }: ReportFacts): string[] {
  const byCount = [...counts.rejects].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const total = byCount.reduce((sum, [, number]) => sum + number, 0)
  if (total === 0) return ['Rejected    nothing']
  return [
    `Rejected    ${count(total)}, each with its row and reason in ${rejectsPath}:`,
    ...aligned(byCount.map(([reason, number]) => [`            ${reason}`, count(number)])),
  ]
}

function noteLines({ notes, read }: ImportCounts): string[] {
  const lines = [...notes].map(([name, number]) => `Assumed     ${name}: ${count(number)}`)
  if (read.replaced > 0) {
    lines.push(`Replaced    ${count(read.replaced)} characters that were not UTF-8`)
  }
  return lines
}

function nextLines({ home, counts }: ReportFacts): string[] {
  const at = home === '.jifen' ? '' : ` --home ${home}`
  const again =
    counts.rejects.size === 0 ? [] : ['repair rejected rows and import again: nothing counts twice']
  return [
    '',
    'Next',
    `  npx jifen verify${at}`,
    `  npm start --${at}`,
    ...again.map((each) => `  ${each}`),
  ]
}

/** The first two columns to the left, figures to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  )
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0
        return isFigure(cell) ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd(),
  )
}

function isFigure(cell: string): boolean {
  return /^[0-9,.]+$/.test(cell)
}

function count(number: number): string {
  return grouped(String(number))
}

function grouped(decimal: string): string {
  const [whole = '', fraction] = decimal.split('.')
  const parts = whole.replaceAll(/(?<=[0-9])(?=(?:[0-9]{3})+$)/g, ',')
  return fraction === undefined ? parts : `${parts}.${fraction}`
}
