import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import { Bar } from '#web/member/club/bar.tsx'
import type { Score } from '#web/member/club/score/resources.ts'
import card from '#web/member/club/card.module.css'
import styles from './score-parts.module.css'

/** The three parts of a score, each with its share of it. */
export function ScoreParts({ parts, score }: Pick<Score, 'parts' | 'score'>) {
  const { word } = useWords()
  const format = useFormat()
  return (
    <ul className={styles.parts}>
      {(['purchase', 'reward', 'base'] as const).map((part) => (
        <li key={part} className={styles.part}>
          <p className={card.pair}>
            <span>{word('scoreParts', part)}</span>
            <span>{format.amount(parts[part], '')}</span>
          </p>
          <Bar part={parts[part]} of={score} />
        </li>
      ))}
    </ul>
  )
}
