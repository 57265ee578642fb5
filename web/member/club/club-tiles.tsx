import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useFormat } from '#web/kit/format-context.ts'
import { Icon, type IconName } from '#web/kit/icon.tsx'
import { useWords } from '#web/i18n/words.ts'
import { advancesQuery } from '#web/member/club/advances/resources.ts'
import { badgesQuery } from '#web/member/club/badges/resources.ts'
import { benefitsQuery } from '#web/member/club/benefits/resources.ts'
import { paidQuery } from '#web/member/club/paid/resources.ts'
import { useTitles } from '#web/member/club/titles.ts'
import { useMemberId } from '#web/member/member-id.ts'
import styles from './club-tiles.module.css'

/** The other pages of the centre, each with the one figure that matters. */
export function ClubTiles() {
  const { t } = useWords()
  return (
    <ul className={styles.tiles} aria-label={t('club.tiles.label')}>
      <li>
        <Tile to="/member/club/benefits" icon="gift" name={t('benefits.title')}>
          <OpenBenefits />
        </Tile>
      </li>
      <li>
        <Tile to="/member/club/paid" icon="check" name={t('paid.title')}>
          <PaidUntil />
        </Tile>
      </li>
      <li>
        <Tile to="/member/club/badges" icon="star" name={t('badges.title')}>
          <BadgeLevel />
        </Tile>
      </li>
      <li>
        <Tile to="/member/club/advances" icon="back" name={t('advances.title')}>
          <AdvanceLeft />
        </Tile>
      </li>
    </ul>
  )
}

type TileProps = {
  readonly to:
    '/member/club/benefits' | '/member/club/paid' | '/member/club/badges' | '/member/club/advances'
  readonly icon: IconName
  readonly name: string
  readonly children: ReactNode
}

function Tile({ to, icon, name, children }: TileProps) {
  return (
    <Link to={to} className={styles.tile}>
      <span className={styles.icon}>
        <Icon name={icon} />
      </span>
      <span className={styles.name}>{name}</span>
      <span className={styles.figure}>{children}</span>
    </Link>
  )
}

function OpenBenefits() {
  const { t } = useWords()
  const benefits = useQuery(benefitsQuery(useMemberId()))
  if (benefits.data === undefined) return '…'
  const open = benefits.data.groups.flatMap((group) => group.benefits).filter((each) => each.open)
  return t('club.tiles.open', { count: new Set(open.map((each) => each.benefit)).size })
}

function PaidUntil() {
  const { t } = useWords()
  const format = useFormat()
  const paid = useQuery(paidQuery(useMemberId()))
  if (paid.data === undefined) return '…'
  if (paid.data === null) return t('club.tiles.none')
  const { until, next } = paid.data
  if (until === undefined) return t('club.tiles.price', { amount: format.money(next.priceFen) })
  return t('club.tiles.until', { day: format.dayOf(until) })
}

function BadgeLevel() {
  const { t } = useWords()
  const { titleOf } = useTitles()
  const badges = useQuery(badgesQuery(useMemberId()))
  if (badges.data === undefined) return '…'
  if (badges.data === null) return t('club.tiles.none')
  const held = badges.data.badges.filter((badge) => badge.held.length > 0).length
  const { level } = badges.data
  const count = t('club.tiles.badges', { count: held })
  return level === undefined ? count : `${titleOf(level.title, level.name)} · ${count}`
}

function AdvanceLeft() {
  const { t } = useWords()
  const format = useFormat()
  const advances = useQuery(advancesQuery(useMemberId()))
  if (advances.data === undefined) return '…'
  const { limitFen, leftFen } = advances.data.limit
  if (limitFen === 0) return t('club.tiles.none')
  return t('club.tiles.left', { amount: format.money(leftFen) })
}
