import { startProgress, type Progress } from '#cli/progress.ts'
import type { ImportWatch } from '#cli/import/run-import.ts'
import type { SourceFile } from '#cli/import/sources.ts'

export type ShownProgress = ImportWatch & {
  readonly finish: () => void
  readonly fail: (text: string) => void
}

/** How often a terminal is written to. */
const shownEveryMs = 200

/** Shows two bars one after the other: reading the files, then telling the facts. */
export function showProgress(files: readonly SourceFile[]): ShownProgress {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  let shown = phase(`Reading ${files.length} files`, bytes)
  let read = 0
  let facts = 0
  return {
    onBytes: (more) => {
      read += more
      shown.advance(more, (seconds) => `${megabytes(read / seconds)} MB/s`)
    },
    onRead: (records) => {
      shown.finish('Files read')
      shown = phase('Telling facts', records)
    },
    onTold: (records) => shown.advance(records, (seconds) => factsText(facts, seconds)),
    onFact: () => (facts += 1),
    finish: () => shown.finish(`${facts.toLocaleString('en')} facts told`),
    fail: (text) => shown.fail(text),
  }
}

type Phase = {
  readonly advance: (more: number, say: (seconds: number) => string) => void
  readonly finish: (text: string) => void
  readonly fail: (text: string) => void
}

function phase(text: string, total: number): Phase {
  const begun = performance.now()
  const progress: Progress = startProgress(text, total)
  let done = 0
  let last = begun
  return {
    advance: (more, say) => {
      done += more
      if (performance.now() - last < shownEveryMs) return
      last = performance.now()
      const seconds = (last - begun) / 1000
      const left = done === 0 ? 0 : Math.ceil((seconds * (total - done)) / done)
      const percent = Math.floor((100 * done) / Math.max(total, 1))
      progress.update(done, `${percent} %, ${say(seconds)}, ${durationText(left)} left`)
    },
    finish: (said) => progress.finish(said),
    fail: (said) => progress.fail(said),
  }
}

function factsText(facts: number, seconds: number): string {
  const rate = Math.round(facts / seconds)
  return `${facts.toLocaleString('en')} facts, ${rate.toLocaleString('en')} a second`
}

function durationText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
