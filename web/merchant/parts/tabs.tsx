import styles from './tabs.module.css'

type TabsProps<Name extends string> = {
  readonly label: string
  readonly tabs: readonly { readonly name: Name; readonly text: string }[]
  readonly chosen: Name
  readonly choose: (name: Name) => void
}

/** A choice of which part of a list is shown. */
export function Tabs<Name extends string>({ label, tabs, chosen, choose }: TabsProps<Name>) {
  return (
    <fieldset className={styles.tabs} aria-label={label}>
      {tabs.map(({ name, text }) => (
        <button
          key={name}
          type="button"
          className={styles.tab}
          aria-pressed={name === chosen}
          onClick={() => choose(name)}
        >
          {text}
        </button>
      ))}
    </fieldset>
  )
}
