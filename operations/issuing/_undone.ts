/** Undoes the transaction that it is thrown in, and is its answer. */
export class Undone<Answer> extends Error {
  override readonly name = 'Undone'
  readonly answer: Answer

  constructor(answer: Answer) {
    super('the transaction is undone, on purpose')
    this.answer = answer
  }
}

/** The result of a transaction, or the answer for which it was undone. */
export async function answerOf<Answer>(run: Promise<Answer>): Promise<Answer> {
  try {
    return await run
  } catch (error) {
    if (error instanceof Undone) return error.answer as Answer
    throw error
  }
}
