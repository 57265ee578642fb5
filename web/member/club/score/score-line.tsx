import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import type { Why } from '#web/member/club/score/resources.ts'
import card from '#web/member/club/card.module.css'
import styles from './score-line.module.css'

/** One rule of a score: what it saw, what of that counted, which maximum was reached, what it gave. */
export function ScoreLine({ line }: { readonly line: Why }) {
  const { word } = useWords()
  const format = useFormat()
  const sentences = useSentences(line)
  return (
    <div className={styles.line}>
      <p className={card.pair}>
        <span>{word('scoreRules', line.rule)}</span>
        <span>{line.part === 'window' ? '' : format.change(line.gave, '')}</span>
      </p>
      {sentences.map(({ text, isMaximum }) => (
        <p key={text} className={isMaximum ? styles.maximum : card.words}>
          {text}
        </p>
      ))}
    </div>
  )
}

type Sentence = { readonly text: string; readonly isMaximum?: boolean }

function useSentences(line: Why): readonly Sentence[] {
  const { t, word } = useWords()
  const format = useFormat()
  const { saw, counted, points, amountFen, countedAmountFen, amountPerPointFen, limit } = line
  const number = (value: number): string => format.amount(value, '')
  const maximum = (of: Why['held'], tell: (value: number) => string): Sentence[] =>
    Object.entries(of ?? {}).map(([by, value]) => ({
      text: t('score.held', { maximum: word('scoreMaxima', by), amount: tell(value) }),
      isMaximum: true,
    }))

  const sentences: Sentence[] = []
  if (amountFen !== undefined) {
    const [amount, kept] = [format.money(amountFen), format.money(countedAmountFen ?? amountFen)]
    const per = format.money(amountPerPointFen ?? 0)
    sentences.push({ text: t('score.amount', { amount, counted: kept, per }) })
  }
  if (saw !== undefined && counted !== undefined) {
    const each = number(points ?? 0)
    sentences.push({ text: t('score.times', { saw: number(saw), counted: number(counted), each }) })
  } else if (saw !== undefined && points !== undefined) {
    sentences.push({ text: t('score.deducted', { saw: number(saw), each: number(points) }) })
  } else if (saw !== undefined && limit !== undefined) {
    const text = t('score.most', { saw: number(saw), limit: number(limit) })
    sentences.push({ text, isMaximum: true })
  } else if (saw !== undefined) {
    sentences.push({ text: t('score.left', { saw: number(saw) }) })
  }
  if (line.grade !== undefined) {
    const from = word('gradeSources', line.gradeFrom ?? 'told')
    sentences.push({ text: t('score.grade', { grade: word('grades', line.grade), from }) })
  }
  return [...sentences, ...maximum(line.heldAmountFen, format.money), ...maximum(line.held, number)]
}
