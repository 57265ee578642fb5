import { globSync, readFileSync } from 'node:fs'

const ruleLine = /^\s*- \*\*([A-Z]+-\d+)\b/
const testCall = /\b(?:test|it|describe|suite)(?:\.\w+)?\(\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1/g
const leadingIds = /^[A-Z]+-\d+(?:(?:,| and|,? to)? [A-Z]+-\d+)*(?![\w-])/

process.exitCode = main()

/**
 * Holds the numbered rules of every RULES.md (`- **PT-2** ...`) against the tests of the current folder: each
 * rule is named at the beginning of a test's title, each such name is a rule, and no number is used twice.
 */
function main(): number {
  const faults: string[] = []
  const rules = new Map<string, string>()
  for (const file of globSync('rules/**/RULES.md').toSorted()) {
    for (const [id, place] of rulesOf(file)) {
      const other = rules.get(id)
      if (other !== undefined)
        faults.push(`${place}: ${id} is also the number of a rule at ${other}`)
      else rules.set(id, place)
    }
  }

  const tested = new Set<string>()
  for (const file of globSync('{rules,test,web}/**/*.test.ts').toSorted()) {
    for (const [id, place] of idsInTitlesOf(file)) {
      tested.add(id)
      if (isMeantAsRule(id, file, rules) && !rules.has(id))
        faults.push(`${place}: the test names ${id}, which no RULES.md has`)
    }
  }
  for (const [id, place] of rules) {
    if (!tested.has(id)) faults.push(`${place}: no test has a title that begins with ${id}`)
  }

  for (const fault of faults.toSorted()) console.error(fault)
  return faults.length === 0 ? 0 : 1
}

/** In rules/ every such beginning is a rule; elsewhere a title may begin with UTF-8 or SHA-256. */
function isMeantAsRule(id: string, file: string, rules: ReadonlyMap<string, string>): boolean {
  const prefix = id.slice(0, id.indexOf('-') + 1)
  return file.startsWith('rules') || [...rules.keys()].some((rule) => rule.startsWith(prefix))
}

function rulesOf(file: string): readonly (readonly [id: string, place: string])[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.flatMap((line, index) => {
    const id = ruleLine.exec(line)?.[1]
    return id === undefined ? [] : [[id, `${file}:${index + 1}`] as const]
  })
}

function idsInTitlesOf(file: string): readonly (readonly [id: string, place: string])[] {
  const text = readFileSync(file, 'utf8')
  return [...text.matchAll(testCall)].flatMap((call) => {
    const line = text.slice(0, call.index).split('\n').length
    const ids = leadingIds.exec(call[2] ?? '')?.[0].match(/[A-Z]+-\d+/g) ?? []
    return ids.map((id) => [id, `${file}:${line}`] as const)
  })
}
