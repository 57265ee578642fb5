import { useState } from 'react'
import { useFormat } from '#web/kit/format-context.ts'
import { Icon } from '#web/kit/icon.tsx'
import { Button } from '#web/kit/button.tsx'
import { millisecondsOf } from '#web/kit/format.ts'
import { asLanguage } from '#web/i18n/language.ts'
import { useWords } from '#web/i18n/words.ts'
import type { Enrolment, Supplement } from '#web/merchant/campaign/resources.ts'
import { SupplementSheet } from '#web/merchant/campaign/supplement-sheet.tsx'
import { useNow } from '#web/merchant/frame/clock.ts'
import { Countdown } from '#web/merchant/frame/countdown.tsx'
import card from '#web/member/club/card.module.css'
import styles from './supplements-card.module.css'

/** What an approved shop has to do, each with its deadline, or when it was done. */
export function SupplementsCard({ enrolment }: { readonly enrolment: Enrolment }) {
  const { t } = useWords()
  const [open, setOpen] = useState<string>()
  const opened = enrolment.supplements.find(({ name }) => name === open)
  return (
    <section className={card.card} aria-labelledby="supplements">
      <h2 id="supplements" className={card.title}>
        {t('supplements.title')}
      </h2>
      <ul className={card.list}>
        {enrolment.supplements.map((each) => (
          <Row
            key={each.name}
            supplement={each}
            isAsked={enrolment.status === 'approved'}
            onOpen={() => setOpen(each.name)}
          />
        ))}
      </ul>
      {opened !== undefined && (
        <SupplementSheet
          enrolment={enrolment}
          supplement={opened}
          onClosed={() => setOpen(undefined)}
        />
      )}
    </section>
  )
}

type RowProps = {
  readonly supplement: Supplement
  readonly isAsked: boolean
  readonly onOpen: () => void
}

function Row({ supplement, isAsked, onOpen }: RowProps) {
  const { t, language } = useWords()
  const format = useFormat()
  const now = useNow(10_000)
  const { title, kind, from, before, done, text } = supplement
  const isOpen = millisecondsOf(from) <= now && now < millisecondsOf(before)
  const mayDo =
    isAsked && isOpen && (done === undefined || kind === 'identity' || kind === 'allowanceSteps')
  return (
    <li className={styles.row}>
      <span className={done === undefined ? styles.due : styles.done}>
        <Icon name={done === undefined ? 'hourglass' : 'check'} />
      </span>
      <div className={styles.what}>
        <p className={styles.name}>{title[asLanguage(language)]}</p>
        <p className={card.words}>
          {done !== undefined
            ? done.version === undefined
              ? t('supplements.done', { time: format.time(done.at) })
              : t('supplements.signed', { time: format.time(done.at), version: done.version })
            : millisecondsOf(from) > now
              ? t('declarations.opens', { time: format.time(from) })
              : t('supplements.before', { time: format.deadline(before).text })}
        </p>
        {done === undefined && isAsked && isOpen && <Countdown before={before} />}
      </div>
      {(mayDo || text !== undefined) && (
        <Button look={done === undefined && mayDo ? 'strong' : 'plain'} onClick={onOpen}>
          {t(
            mayDo
              ? done === undefined
                ? `supplements.do.${kind}`
                : 'declarations.change'
              : 'supplements.read',
          )}
        </Button>
      )}
    </li>
  )
}
