/**
 * A Web Response whose text is at hand. A body of its own would be a stream, made to be read again at once: that costs
 * more than rendering a page.
 */
export class TextResponse extends Response {
  readonly content: string

  constructor(content: string, init: ResponseInit) {
    super(null, init)
    this.content = content
  }

  override async text(): Promise<string> {
    return this.content
  }
}
