/** What a refusal is to a caller of the API: a status of HTTP and one sentence that never changes. */
export type Problem = { readonly status: number; readonly title: string }
