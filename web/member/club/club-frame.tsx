import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Icon } from '#web/kit/icon.tsx'
import { useWords } from '#web/i18n/words.ts'
import { ClubNav } from '#web/member/club/club-nav.tsx'
import { MemberFrame } from '#web/member/member-frame.tsx'
import styles from './club-frame.module.css'

type ClubFrameProps = {
  readonly title: string
  /** The page that this one belongs to. */
  readonly back?: { readonly to: '/member/club' | '/member/club/benefits'; readonly text: string }
  readonly children: ReactNode
}

/** A page of the membership centre: its title, and the ways to the others. */
export function ClubFrame({ title, back, children }: ClubFrameProps) {
  const { t } = useWords()
  return (
    <MemberFrame title={t('club.titled', { title })}>
      <ClubNav />
      {back !== undefined && (
        <Link to={back.to} className={styles.back}>
          <Icon name="back" />
          {back.text}
        </Link>
      )}
      <h1 className={styles.title}>{title}</h1>
      {children}
    </MemberFrame>
  )
}
