import { TakenBack } from '#web/member/taken-back.tsx'
import { useFormat } from '#web/kit/format-context.ts'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import { Bookkeeping } from '#web/member/bookkeeping.tsx'
import { readCause } from '#web/member/cause.ts'
import { EarnLines } from '#web/member/earn-lines.tsx'
import { EntryKind } from '#web/member/entry-kind.tsx'
import { EntryFacts } from '#web/member/entry-facts.tsx'
import { EntryLots } from '#web/member/entry-lots.tsx'
import type { ExplainedEntry } from '#web/member/resources.ts'
import styles from './entry-explanation.module.css'

type EntryExplanationProps = { readonly entry: ExplainedEntry; readonly unit: string }

/** One entry in words: what it did, how it was worked out, which lots it touched, and where it is from. */
export function EntryExplanation({ entry, unit }: EntryExplanationProps) {
  const { t } = useWords()
  const cause = readCause(entry.cause)
  return (
    <div className={styles.explanation}>
      <Head entry={entry} unit={unit} />
      {cause?.why !== undefined && cause.why.lines.length > 0 && (
        <EarnLines lines={cause.why.lines} override={cause.why.override} unit={unit} />
      )}
      {cause?.byLine !== undefined && <TakenBack byLine={cause.byLine} unit={unit} />}
      <EntryLots entry={entry} unit={unit} />
      <EntryFacts entry={entry} cause={cause} unit={unit} />
      {entry.outcome === 'refused' && <p className={styles.soft}>{t('entry.refusalKept')}</p>}
      <Bookkeeping entry={entry} unit={unit} />
    </div>
  )
}

function Head({ entry, unit }: EntryExplanationProps) {
  const { t, word, language } = useWords()
  const format = useFormat()
  const isRefused = entry.outcome === 'refused'
  const isMoved = isRefused || entry.change === 0
  const look = entry.change > 0 && !isRefused ? styles.gain : ''
  const sentences = isRefused
    ? [t('entry.refused', { reason: word('refusals', entry.refusal ?? '') })]
    : [explain(), ...effectsOf(entry, unit)]
  return (
    <div>
      <p className={styles.kind}>
        <EntryKind entry={entry} />
      </p>
      <p className={`${styles.figure} ${look} ${isRefused ? styles.soft : ''}`}>
        {isMoved ? format.amount(entry.amount, unit) : format.change(entry.change, unit)}{' '}
        <span className={styles.unit}>{word('units', unit)}</span>
      </p>
      <p className={styles.words}>{sentences.join(asLanguage(language) === 'zh' ? '' : ' ')}</p>
    </div>
  )

  function explain(): string {
    const { kind, orderId: order } = entry
    if (order === undefined || (kind !== 'earn' && kind !== 'clawBack'))
      return word('explains', kind)
    return t(`explainsOrder.${kind}`, { order })
  }

  /** What the posting did besides its name: some of it paid a debt, made one, or had lapsed meanwhile. */
  function effectsOf({ kind, transfers }: ExplainedEntry, inUnit: string): readonly string[] {
    const sum = (isMeant: (transfer: (typeof transfers)[number]) => boolean): number =>
      transfers.filter(isMeant).reduce((total, each) => total + each.amount, 0)
    const effects = {
      debtPaid: sum((each) => each.credit === 'debt'),
      debtMade: sum((each) => each.debit === 'debt'),
      lapsed: ['expire', 'forfeit'].includes(kind) ? 0 : sum((each) => each.credit === 'expired'),
    }
    return (['debtPaid', 'debtMade', 'lapsed'] as const)
      .filter((effect) => effects[effect] > 0)
      .map((effect) => t(`effects.${effect}`, { amount: format.amount(effects[effect], inUnit) }))
  }
}
