import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Findings } from '#test/accept/support/findings.ts'
import { environment } from '#test/accept/support/program.ts'

/** What `jifen verify --json` says. */
export type Verified = {
  readonly wallets: number
  readonly entries: number
  readonly faults: readonly {
    readonly member_id: string
    readonly seq: number
    readonly what: string
  }[]
}

/** Runs `jifen verify` on a home, as a person would; of this product unless another tree is named. */
export async function runVerify(
  home: string,
  folder?: string,
): Promise<Verified & { readonly code: number }> {
  const ran = await runJifen(['verify', '--json', '--home', home], folder)
  const line = ran.stdout.trim().split('\n').at(-1) ?? ''
  if (!line.startsWith('{')) throw new Error(`jifen verify said:\n${ran.stdout}${ran.stderr}`)
  return { ...(JSON.parse(line) as Verified), code: ran.code }
}

/** The books must be right, and `jifen verify` must say so with exit code 0. */
export async function mustVerify(home: string, findings: Findings): Promise<void> {
  const verified = await runVerify(home)
  findings.count('entries verified', verified.entries)
  if (verified.entries === 0) findings.fault('jifen verify saw no entry')
  for (const { member_id, seq, what } of verified.faults) {
    findings.fault(`jifen verify: ${member_id} seq ${seq}: ${what}`)
  }
  if (verified.code !== 0 && verified.faults.length === 0) {
    findings.fault(`jifen verify ended with ${verified.code}`)
  }
}

export type Ran = { readonly code: number; readonly stdout: string; readonly stderr: string }

const ownFolder = join(import.meta.dirname, '../../..')

/** Runs a command of the product in a tree to its end. */
export async function runJifen(options: readonly string[], folder = ownFolder): Promise<Ran> {
  const child = spawn(process.execPath, [join(folder, 'cli/main.ts'), ...options], {
    cwd: folder,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()))
  const { promise, resolve } = Promise.withResolvers<number>()
  child.on('close', (code) => resolve(code ?? -1))
  return { code: await promise, stdout, stderr }
}
