import { useWords } from '#web/i18n/words.ts'
import type { Entry } from '#web/member/resources.ts'

/** What happened, in a word or two; of what was refused, that it did not. */
export function EntryKind({ entry }: { readonly entry: Entry }) {
  const { t, word } = useWords()
  if (entry.outcome !== 'refused') return word('kinds', entry.kind)
  return t('entries.refused', { attempt: word('attempts', entry.kind) })
}
