import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

type Words = Readonly<Record<string, Readonly<Record<string, string>>>>

const groups = [
  'units',
  'kinds',
  'accounts',
  'roles',
  'layers',
  'instruments',
  'tradeStatuses',
  'orderStatuses',
  'couponStatuses',
  'couponKinds',
  'scoreParts',
  'grades',
  'tierSources',
  'claimStatuses',
  'paidStatuses',
  'badgeSteps',
  'behaviours',
  'advanceStatuses',
]

test('docs/glossary.md has the words of the interface, in both languages', () => {
  const en = read('../../web/i18n/en.json')
  const zh = read('../../web/i18n/zh.json')
  const spoken = groups.flatMap((group) =>
    Object.keys(en[group] ?? {}).map((key) =>
      lineOf(`${group}.${key}`, en[group]?.[key], zh[group]?.[key]),
    ),
  )
  const page = readFileSync(new URL('../../docs/glossary.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `([a-zA-Z.]+)` *\| ([^|]*)\| ([^|]*)\|/gm)]
  const written = rows.map(([, key, english, chinese]) =>
    lineOf(key, english?.trim(), chinese?.trim()),
  )
  deepEqual(written.toSorted(), spoken.toSorted())
})

function lineOf(...words: readonly (string | undefined)[]): string {
  return words.join(' | ')
}

function read(path: string): Words {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Words
}
