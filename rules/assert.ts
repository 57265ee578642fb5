/** Something that cannot happen did: a fault of ours, never of the caller. Caught only at the edge. */
export class Bug extends Error {
  override readonly name = 'Bug'
}

/** Throws `Bug` with the sentence that should have been true. */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Bug(sentence)
}
