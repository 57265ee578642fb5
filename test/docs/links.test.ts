import { deepEqual, ok } from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'

const root = resolve(import.meta.dirname, '../..')
const pages = globSync('**/*.md', {
  cwd: root,
  exclude: (name) => /^(node_modules|coverage|dist|\.git|\.jifen.*)$/.test(String(name)),
})

test('every link of the documents leads to a file or heading of the repository', () => {
  const broken = pages.flatMap((page) =>
    linksOf(page)
      .filter((link) => !leads(page, link))
      .map((link) => `${page}: ${link}`),
  )
  deepEqual(broken, [])
})

test('every page of docs/ is named by docs/README.md or docs/decisions/README.md', () => {
  const named = new Set(
    ['docs/README.md', 'docs/decisions/README.md'].flatMap((index) =>
      linksOf(index).map((link) => join(dirname(index), link)),
    ),
  )
  const unnamed = pages.filter((page) => /^docs\/(decisions\/)?(?!README)[^/]+$/.test(page))
  deepEqual(
    unnamed.filter((page) => !named.has(page)),
    [],
  )
})

test('every command that the documents give is one of the program', () => {
  const commands = new Set(
    pages.flatMap((page) =>
      [...text(page).matchAll(/(?:npx jifen|`jifen) ([a-z]+)/g)].map(([, name]) => name ?? ''),
    ),
  )
  ok(commands.size > 0)
  const unknown = [...commands].filter((name) => !existsSync(join(root, 'cli', `${name}.ts`)))
  deepEqual(unknown, [])
})

test('every folder of the architecture says what is in it', () => {
  const folders = globSync('*/', { cwd: root }).map((path) => path.replace(/[/\\]$/, ''))
  const silent = folders.filter(
    (folder) =>
      !/^(node_modules|coverage)$/.test(folder) && !existsSync(join(root, folder, 'README.md')),
  )
  deepEqual(silent, [])
})

function linksOf(page: string): readonly string[] {
  const prose = text(page).replace(/^```.*?^```$/gms, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link ?? '')
    .filter((link) => !/^[a-z]+:/.test(link))
}

function leads(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : relative(root, resolve(root, dirname(page), path))
  if (!existsSync(join(root, target))) return false
  return anchor === undefined || headingsOf(target).includes(anchor)
}

/** Headings as hosts of repositories make anchors of them. */
function headingsOf(page: string): readonly string[] {
  return [...text(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function text(page: string): string {
  return readFileSync(join(root, page), 'utf8')
}
