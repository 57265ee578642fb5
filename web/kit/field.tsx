import { useId, type ComponentProps, type ReactNode } from 'react'
import styles from './field.module.css'

type FieldProps = {
  readonly label: string
  readonly help?: ReactNode
  /** What is wrong with what was put in. */
  readonly fault?: ReactNode
}

type Control = Pick<
  ComponentProps<'input'>,
  'id' | 'className' | 'aria-invalid' | 'aria-describedby'
>

/** One thing to fill in: its name, the control, and what helps or is wrong. */
function Field({
  label,
  help,
  fault,
  children,
}: FieldProps & { readonly children: (control: Control) => ReactNode }) {
  const id = useId()
  const told = fault ?? help
  return (
    <div className={styles.field}>
      <label className={styles.label} htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        className: styles.control,
        'aria-invalid': fault !== undefined,
        'aria-describedby': told === undefined ? undefined : `${id}-told`,
      })}
      {told !== undefined && (
        <p
          id={`${id}-told`}
          className={fault === undefined ? styles.help : styles.fault}
          aria-live="polite"
        >
          {told}
        </p>
      )}
    </div>
  )
}

/** A line of text, a figure or a day. */
export function TextField({
  label,
  help,
  fault,
  ...input
}: FieldProps & Omit<ComponentProps<'input'>, 'id' | 'className'>) {
  return (
    <Field label={label} help={help} fault={fault}>
      {(control) => <input {...control} {...input} />}
    </Field>
  )
}

/** Several lines of text. */
export function AreaField({
  label,
  help,
  fault,
  ...area
}: FieldProps & Omit<ComponentProps<'textarea'>, 'id' | 'className'>) {
  return (
    <Field label={label} help={help} fault={fault}>
      {(control) => <textarea {...control} {...area} />}
    </Field>
  )
}

/** A choice of one among a few. */
export function SelectField({
  label,
  help,
  fault,
  ...select
}: FieldProps & Omit<ComponentProps<'select'>, 'id' | 'className'>) {
  return (
    <Field label={label} help={help} fault={fault}>
      {(control) => <select {...control} {...select} />}
    </Field>
  )
}
