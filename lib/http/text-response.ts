const texts = new WeakMap<Response, string>()

/**
 * Creates a Web Response for `sendWebResponse` with a string as its body. The string is kept beside the response: a
 * real body would be a stream, which costs more than rendering a page. The response's own `text()` is therefore empty.
 */
export function toTextResponse(text: string, init: ResponseInit): Response {
  const response = new Response(null, init)
  texts.set(response, text)
  return response
}

/** Returns the body of a response created by {@link toTextResponse}, or `undefined` for any other. */
export function textOf(response: Response): string | undefined {
  return texts.get(response)
}
