import type { ReactNode } from 'react'
import { useFormat } from '#web/kit/format-context.ts'
import { useWords } from '#web/i18n/words.ts'
import type { Phase, ShopCampaign } from '#web/merchant/campaign/resources.ts'
import { kinds, type Kind } from '#web/merchant/declarations/resources.ts'
import { Countdown } from '#web/merchant/frame/countdown.tsx'
import card from '#web/member/club/card.module.css'
import styles from './windows-card.module.css'

type WindowsCardProps = { readonly campaign: ShopCampaign; readonly children: ReactNode }

/** When goods of each kind are declared, and what is in the way of it. */
export function WindowsCard({ campaign, children }: WindowsCardProps) {
  const { t } = useWords()
  const isIn = campaign.status === 'shortlisted'
  return (
    <section className={`${card.card} ${styles.card}`} aria-labelledby="windows">
      <h2 id="windows" className={card.title}>
        {t('declarations.windows')}
      </h2>
      <dl className={styles.windows}>
        {kinds.map((kind) => {
          const phase = phaseOf(campaign, kind)
          return phase === undefined ? null : <WindowOf key={kind} kind={kind} phase={phase} />
        })}
      </dl>
      {!isIn && <p className={styles.words}>{t('declarations.notShortlisted')}</p>}
      {isIn && openKind(campaign) === undefined && (
        <p className={styles.words}>{t('declarations.closed')}</p>
      )}
      {children}
    </section>
  )
}

/** The kind whose window is open; spot goods where both are. */
export function openKind(campaign: ShopCampaign): Kind | undefined {
  return kinds.toReversed().find((kind) => phaseOf(campaign, kind)?.state === 'open')
}

function phaseOf({ timeline }: ShopCampaign, kind: Kind): Phase | undefined {
  const name = kind === 'presale' ? 'presaleDeclaration' : 'spotDeclaration'
  return timeline.phases.find(({ phase }) => phase === name)
}

function WindowOf({ kind, phase }: { readonly kind: Kind; readonly phase: Phase }) {
  const { t } = useWords()
  const format = useFormat()
  const { from, to, state } = phase
  return (
    <div className={styles.window}>
      <dt className={styles.kind}>{t(`declarations.kinds.${kind}`)}</dt>
      <dd>
        {state === 'open' && <Countdown before={to} />}
        {state !== 'open' && <span className={card.mark}>{t(`declarations.states.${state}`)}</span>}
        <p className={card.words}>
          {state === 'coming'
            ? t('declarations.opens', { time: format.time(from) })
            : t('declarations.closes', { time: format.deadline(to).text })}
        </p>
      </dd>
    </div>
  )
}
