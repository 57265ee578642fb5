import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Icon } from '#web/kit/icon.tsx'
import { useWords } from '#web/i18n/words.ts'
import { benefitsQuery } from '#web/member/club/benefits/resources.ts'
import type { Paid } from '#web/member/club/paid/resources.ts'
import { useTitles } from '#web/member/club/titles.ts'
import { useMemberId } from '#web/member/member-id.ts'
import card from '#web/member/club/card.module.css'
import styles from './paid-gives.module.css'

/** What a year of paid membership gives: lower prices, coupons, benefits. */
export function PaidGives({ paid }: { readonly paid: Paid }) {
  const { t } = useWords()
  const { titleOf } = useTitles()
  const benefits = useQuery(benefitsQuery(useMemberId()))
  const { gives, titles } = paid
  const known = benefits.data?.groups.flatMap((group) => group.benefits) ?? []
  const nameOf = (name: string): string => {
    const [, slug = name] = name.split(':')
    const benefit = known.find((each) => `benefit:${each.benefit}` === name)
    return titleOf(titles[name] ?? benefit?.title, slug)
  }
  const parts = {
    offers: gives.offers.map(nameOf),
    coupons: gives.coupons.map(({ batch, count }) =>
      count === 1 ? nameOf(batch) : t('paid.times', { name: nameOf(batch), count }),
    ),
    benefits: gives.benefits.map(nameOf),
  }
  return (
    <section className={card.card} aria-labelledby="gives">
      <h2 id="gives" className={card.title}>
        {t('paid.gives')}
      </h2>
      {(['offers', 'coupons', 'benefits'] as const).map((part) =>
        parts[part].length === 0 ? null : (
          <div key={part}>
            <h3 className={card.words}>{t(`paid.${part}`)}</h3>
            <ul className={styles.list}>
              {parts[part].map((name) => (
                <li key={name} className={styles.item}>
                  <Icon name="check" />
                  {name}
                </li>
              ))}
            </ul>
          </div>
        ),
      )}
      <Link to="/member/coupons" className={card.link}>
        {t('paid.toCoupons')}
        <Icon name="chevron" />
      </Link>
    </section>
  )
}
