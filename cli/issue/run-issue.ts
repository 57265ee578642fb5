import { closeSync, openSync, writeSync } from 'node:fs'
import type { Recipient, Recipients } from '#cli/issue/recipients.ts'
import { startProgress } from '#cli/progress.ts'

/** Gives to recipients that are all different, and tells in their order what became of each. */
export type Give = (recipients: readonly Recipient[]) => Promise<readonly string[]>

export type IssueRun = {
  readonly title: string
  readonly recipients: Recipients
  readonly give: Give
  /** Outcomes that are as they should be; all others are written down. */
  readonly good: ReadonlySet<string>
  /** Recipients given to in one transaction. */
  readonly batch: number
  readonly rejectsPath: string
  readonly signal: AbortSignal
}

/** What an issue came to: how many recipients by outcome. */
export type IssueCounts = {
  readonly outcomes: ReadonlyMap<string, number>
  readonly seconds: number
}

/** One batch is decided while another is recorded. */
const batchesInFlight = 2
const shownEveryMs = 200

/**
 * Gives to all recipients in batches, with a progress bar. What was given stays given: a run that is
 * stopped or fails is continued by the same command, which gives nobody anything twice.
 */
export async function runIssue(run: IssueRun): Promise<IssueCounts> {
  const { recipients, rejectsPath } = run
  const begunMs = performance.now()
  const progress = startProgress(run.title, recipients.total)
  const outcomes = new Map<string, number>()
  const count = (outcome: string): void =>
    void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  const rejects = openSync(rejectsPath, 'w')
  writeSync(rejects, 'member_id,reason\n')

  let given = 0
  let shownMs = begunMs
  const give = async (batch: readonly Recipient[]): Promise<void> => {
    const told = await run.give(batch)
    const lines = batch.flatMap(({ memberId }, index) => {
      const outcome = told[index] ?? ''
      count(outcome)
      return run.good.has(outcome) ? [] : [`${memberId},${outcome}\n`]
    })
    if (lines.length > 0) writeSync(rejects, lines.join(''))
    given += batch.length
    if (performance.now() - shownMs < shownEveryMs) return
    shownMs = performance.now()
    progress.update(recipients.done(), progressText(given, (shownMs - begunMs) / 1_000, recipients))
  }

  try {
    await giveInBatches(run, give)
    for (const { line, text } of recipients.bad) {
      count('bad-line')
      writeSync(rejects, `${quoted(`line ${line}: ${text}`)},bad-line\n`)
    }
    const seconds = (performance.now() - begunMs) / 1_000
    progress.finish(`${given.toLocaleString('en')} members`)
    return { outcomes, seconds }
  } catch (error) {
    progress.fail('Not all was given: the same command goes on from here.')
    throw error
  } finally {
    closeSync(rejects)
  }
}

/** Calls `give` with batches of recipients that are all different, two at a time. */
async function giveInBatches(
  { recipients, batch, signal }: IssueRun,
  give: (batch: readonly Recipient[]) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  let failure: { readonly error: unknown } | undefined
  const start = (some: readonly Recipient[]): void => {
    const sent = give(some)
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => running.delete(sent))
    running.add(sent)
  }
  const settle = async (most: number): Promise<void> => {
    while (running.size > most) await Promise.race(running)
    if (failure !== undefined) throw failure.error
    signal.throwIfAborted()
  }

  let waiting = new Map<string, Recipient>()
  const flush = async (most: number): Promise<void> => {
    await settle(most)
    if (waiting.size > 0) start([...waiting.values()])
    waiting = new Map()
  }
  for await (const recipient of recipients.each) {
    if (waiting.size >= batch) await flush(batchesInFlight - 1)
    // One that is named again is told after the first time was recorded.
    else if (waiting.has(recipient.memberId)) await flush(0)
    waiting.set(recipient.memberId, recipient)
  }
  await flush(0)
  await settle(0)
}

function progressText(given: number, seconds: number, recipients: Recipients): string {
  const done = Math.min(1, recipients.done() / Math.max(1, recipients.total))
  const left = done === 0 ? 0 : Math.ceil((seconds * (1 - done)) / done)
  const rate = Math.round(given / seconds).toLocaleString('en')
  return `${Math.floor(100 * done)} %, ${given.toLocaleString('en')} members, ${rate} a second, ${left} s left`
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}
