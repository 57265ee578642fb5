import { deepEqual, equal, match } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { buildWeb } from '#cli/web-build.ts'

const module = resolve(import.meta.dirname, '../../cli/web-build.ts')

test('The pages are built once, and again when a build was cut short', async () => {
  const { folder } = await buildWeb()
  const said: string[] = []
  deepEqual(await buildWeb((text) => said.push(text)), { folder, wasBuilt: false })

  rmSync(join(folder, '.sources'))
  deepEqual(await buildWeb((text) => said.push(text)), { folder, wasBuilt: true })
  deepEqual(said, ['Building the web pages'])
})

test('Two programs that build at once leave one whole build', async () => {
  const { folder } = await buildWeb()
  rmSync(join(folder, '.sources'))
  const program = `import(${JSON.stringify(module)}).then(({ buildWeb }) => buildWeb())`
  const build = async () => await promisify(execFile)(process.execPath, ['-e', program])
  await Promise.all([build(), build()])

  equal((await buildWeb()).wasBuilt, false)
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  const assets = page.match(/\/assets\/[^"]+/g) ?? []
  deepEqual(
    assets.filter((asset) => !existsSync(join(folder, asset))),
    [],
  )
})

test('The build holds to the content security policy: nothing inline, nothing from elsewhere', async () => {
  const { folder } = await buildWeb()
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  match(page, /<script type="module" crossorigin src="\/assets\/[^"]+\.js"><\/script>/)
  equal(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|https?:/.test(page), false)
  for (const sheet of globSync('assets/*.css', { cwd: folder })) {
    const style = readFileSync(join(folder, sheet), 'utf8')
    equal(/@import|url\((?!["']?\/assets\/)/.test(style), false, sheet)
  }
})
