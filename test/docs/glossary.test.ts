import { deepEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

type Words = Readonly<Record<string, Readonly<Record<string, string>>>>

const groups = ['units', 'kinds', 'accounts', 'roles']

test('docs/glossary.md has the words of the interface, in both languages', () => {
  const en = read('../../web/i18n/en.json')
  const zh = read('../../web/i18n/zh.json')
  const spoken = groups.flatMap((group) =>
    Object.keys(en[group] ?? {}).map((key) => [`${group}.${key}`, en[group]?.[key], zh[group]?.[key]]),
  )
  const page = readFileSync(new URL('../../docs/glossary.md', import.meta.url), 'utf8')
  const written = [...page.matchAll(/^\| `([a-zA-Z.]+)` *\| ([^|]*)\| ([^|]*)\|/gm)]
  deepEqual(
    written.map(([, key, english, chinese]) => [key, english?.trim(), chinese?.trim()]).toSorted(),
    spoken.toSorted(),
  )
})

function read(path: string): Words {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as Words
}
