const texts = new WeakMap<Response, string>()

/**
 * A Web Response for text that is at hand, for `sendWebResponse`. A body of its own would be a stream, made to be read
 * again at once: that costs more than rendering a page.
 */
export function toTextResponse(text: string, init: ResponseInit): Response {
  const response = new Response(null, init)
  texts.set(response, text)
  return response
}

/** The text a response was made of, where it was. */
export function textOf(response: Response): string | undefined {
  return texts.get(response)
}
