import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** A running `jifen start`. */
export type Program = {
  readonly pid: number
  /** Milliseconds from its launch until it said it was ready. */
  readonly readyAfterMs: number
  /** All that it printed so far. */
  readonly said: () => string
  readonly kill: (signal: NodeJS.Signals) => void
  /** Settles when it has ended. */
  readonly ended: Promise<Ending>
}

export type Ending = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

export type Launch = {
  /** The tree it runs from: the product, or a copy with a fault planted. */
  readonly folder: string
  readonly home: string
  readonly port: number
  /** Starts a virtual clock there. */
  readonly clock?: string | undefined
  /** More options of Node itself, such as a profiler. */
  readonly nodeOptions?: readonly string[]
  /** Settings besides those of every trial. */
  readonly environment?: Readonly<Record<string, string>>
}

const patienceMs = 90_000
const running = new Set<Program>()

/** Starts the program as a person would and waits until it is ready. */
export async function startProgram(launch: Launch): Promise<Program> {
  const begunMs = performance.now()
  const clock = launch.clock === undefined ? [] : ['--clock', launch.clock]
  const options = ['--no-demo', '--port', String(launch.port), '--home', launch.home, ...clock]
  const child = spawn(
    process.execPath,
    [...(launch.nodeOptions ?? []), join(launch.folder, 'cli/main.ts'), 'start', ...options],
    {
      cwd: launch.folder,
      env: { ...environment(), ...launch.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let said = ''
  child.stdout.on('data', (piece: Buffer) => (said += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()))

  const { promise: ended, resolve } = Promise.withResolvers<Ending>()
  let hasEnded = false
  child.on('exit', (code, signal) => {
    hasEnded = true
    resolve({ code, signal })
  })
  while (!(await isReady(launch.port))) {
    if (hasEnded) throw new Error(`the program ended before it was ready:\n${said}`)
    if (performance.now() - begunMs > patienceMs) {
      child.kill('SIGKILL')
      throw new Error(`the program was not ready in ${patienceMs / 1000} s:\n${said}`)
    }
    await pause(20)
  }

  const program: Program = {
    pid: child.pid ?? 0,
    readyAfterMs: performance.now() - begunMs,
    said: () => said,
    kill: (signal) => void child.kill(signal),
    ended,
  }
  running.add(program)
  void ended.then(() => running.delete(program))
  return program
}

/** Ends every program that still runs, so that nothing is left behind when a trial is given up. */
export async function endPrograms(): Promise<void> {
  await Promise.all(
    [...running].map(async (program) => {
      program.kill('SIGCONT')
      program.kill('SIGTERM')
      await program.ended
    }),
  )
}

/** Whether the server of a port says that it can serve. */
export async function isReady(port: number): Promise<boolean> {
  try {
    const reply = await fetch(`http://127.0.0.1:${port}/readyz`, {
      signal: AbortSignal.timeout(2_000),
    })
    await reply.arrayBuffer()
    return reply.status === 200
  } catch {
    return false
  }
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  const { promise, resolve } = Promise.withResolvers<number>()
  probe.listen(0, '127.0.0.1', () => {
    const address = probe.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    probe.close(() => resolve(port))
  })
  return await promise
}

export async function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, ms)
  await promise
}

/** What a program is given of our own environment: nothing that would lead it to another database. */
export function environment(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('JIFEN_') && !['DATABASE_URL', 'PORT', 'HOST'].includes(name),
  )
  return Object.fromEntries(others)
}
