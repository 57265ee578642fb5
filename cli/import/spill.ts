import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Records set down on disk by a key, so that what belongs together is read together. */
export type Spill<Item> = {
  readonly partitions: number
  readonly write: (key: string, item: Item) => void
  /** The records of a partition in the order they were written; the partition is gone then. */
  readonly take: (partition: number) => readonly Item[]
}

const bufferedCharacters = 32_768

/** Opens a spill in a folder of its own, with so many partitions. Records are kept as JSON. */
export function openSpill<Item>(folder: string, partitions: number): Spill<Item> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const paths = Array.from({ length: partitions }, (_, index) => join(folder, String(index)))
  const files = paths.map((path) => openSync(path, 'w', 0o600))
  const waiting = paths.map(() => '')

  const flush = (partition: number): void => {
    const text = waiting[partition] ?? ''
    if (text !== '') writeSync(files[partition] ?? -1, text)
    waiting[partition] = ''
  }

  return {
    partitions,
    write: (key, item) => {
      const partition = partitionOf(key, partitions)
      waiting[partition] += `${JSON.stringify(item)}\n`
      if ((waiting[partition] ?? '').length >= bufferedCharacters) flush(partition)
    },
    take: (partition) => {
      flush(partition)
      closeSync(files[partition] ?? -1)
      const path = paths[partition] ?? ''
      const text = readFileSync(path, 'utf8')
      rmSync(path)
      return text === ''
        ? []
        : text
            .slice(0, -1)
            .split('\n')
            .map(parse<Item>)
    },
  }
}

function parse<Item>(line: string): Item {
  return JSON.parse(line) as Item
}

/** FNV-1a: the same key goes to the same partition in every run. */
function partitionOf(key: string, partitions: number): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < key.length; at += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193)
  }
  return (hash >>> 0) % partitions
}
