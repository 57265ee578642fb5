import type { ReactNode } from 'react'
import { Icon, type IconName } from '#web/kit/icon.tsx'
import styles from './notice.module.css'

type NoticeProps = {
  readonly icon: IconName
  readonly title: string
  readonly text?: string | undefined
  /** A fault is announced as soon as it appears. */
  readonly isFault?: boolean
  /** It stands for the whole page, and its title is the page's. */
  readonly isPage?: boolean
  readonly children?: ReactNode
}

/** Says in the middle of an area why there is nothing else in it, and what can be done. */
export function Notice(notice: NoticeProps) {
  const { icon, title, text, isFault = false, isPage = false, children } = notice
  const Title = isPage ? 'h1' : 'p'
  return (
    <div className={styles.notice} role={isFault ? 'alert' : undefined}>
      <span className={styles.icon}>
        <Icon name={icon} />
      </span>
      <Title className={styles.title}>{title}</Title>
      {text !== undefined && <p className={styles.text}>{text}</p>}
      {children}
    </div>
  )
}
