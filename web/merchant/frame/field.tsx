import type { ComponentProps, ReactNode } from 'react'
import styles from './field.module.css'

type FieldProps = ComponentProps<'input'> & {
  readonly label: string
  readonly help?: ReactNode
  readonly isWrong?: boolean
}

/** A labelled field; what is under it is read with it. */
export function Field({ label, help, isWrong = false, id, ...rest }: FieldProps) {
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className={styles.input}
        autoComplete="off"
        aria-invalid={isWrong}
        aria-describedby={help === undefined ? undefined : `${id}-help`}
        {...rest}
      />
      {help !== undefined && (
        <div id={`${id}-help`} className={isWrong ? styles.wrong : styles.help} aria-live="polite">
          {help}
        </div>
      )}
    </div>
  )
}
