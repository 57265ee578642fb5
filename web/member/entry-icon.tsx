import { Icon, type IconName } from '#web/kit/icon.tsx'
import type { Entry } from '#web/member/resources.ts'
import styles from './entry-icon.module.css'

const icons: Readonly<Record<string, IconName>> = {
  earn: 'bag',
  spend: 'gift',
  hold: 'lock',
  capture: 'receipt',
  release: 'unlock',
  giveBack: 'back',
  clawBack: 'forth',
  forfeit: 'forbidden',
  unseal: 'unlock',
  activate: 'check',
  expire: 'hourglass',
  timeOut: 'clock',
}

/** A picture of the kind of entry, green where it gave something. */
export function EntryIcon({ entry }: { readonly entry: Entry }) {
  const isGain = entry.outcome !== 'refused' && entry.change > 0
  return (
    <span className={`${styles.icon} ${isGain ? styles.gain : ''}`}>
      <Icon name={icons[entry.kind] ?? 'coin'} />
    </span>
  )
}
