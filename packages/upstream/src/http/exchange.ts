import type { Dispatcher } from 'undici'
import { AnswerBody } from './answer-body.ts'
import { Upload } from './upload.ts'
import { Watch } from './watch.ts'

/** Milliseconds. */
export interface WaitBounds {
  /** Without room for the next piece of the request's body. */
  readonly upload: number
  /** From the last byte of the request to the head of the answer. */
  readonly answer: number
  /** Without a byte in the middle of the answer. */
  readonly idle: number
  /** From the beginning to the end, waiting for a free connection included. */
  readonly total: number
}

export interface HttpAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<NodeJS.Dict<string | string[]>>
  readonly body: AnswerBody
}

/**
 * One request and its answer. undici tells it what happens on the connection; it turns that into a promise of the head and a
 * stream of the body, and bounds every wait itself: undici's own timers are coarse and do not know who is waited for.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #head = Promise.withResolvers<HttpAnswer>()
  readonly #bounds: WaitBounds
  readonly #signal: AbortSignal
  readonly #body: AnswerBody
  readonly #onAbort = (): void => this.#abort(this.#signal.reason as Error)
  readonly #total = new Watch((error) => this.#abort(error))
  readonly #sending = new Watch((error) => this.#abort(error))
  readonly #answer = new Watch((error) => this.#abort(error))
  #upload: Upload | undefined
  #controller: Dispatcher.DispatchController | undefined
  #failure: Error | undefined
  #started = false
  #heard = false

  constructor(bounds: WaitBounds, signal: AbortSignal) {
    this.#bounds = bounds
    this.#signal = signal
    this.#body = new AnswerBody({
      pause: () => this.#controller?.pause(),
      resume: () => this.#controller?.resume(),
      cancel: () => this.#abort(new Error('the answer is not wanted any more')),
      waiting: (isWaiting) => this.#watchReader(isWaiting),
    })
    this.#total.start('seeing it to its end', bounds.total)
    signal.addEventListener('abort', this.#onAbort, { once: true })
    if (signal.aborted) this.#onAbort()
  }

  get answer(): Promise<HttpAnswer> {
    return this.#head.promise
  }

  /** Whether any byte of the request may have reached the other side. */
  get sent(): boolean {
    return this.#started
  }

  /** Whether any byte of an answer has come. */
  get heard(): boolean {
    return this.#heard
  }

  /** The body to send, in the hands of this exchange. */
  upload(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    this.#upload = new Upload(source, (isWaiting) => {
      if (isWaiting) this.#sending.start('sending the request', this.#bounds.upload)
      else this.#sending.stop()
    })
    return this.#upload
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#failure !== undefined) {
      controller.abort(this.#failure)
      return
    }
    this.#controller = controller
    this.#started = true
  }

  onRequestSent(): void {
    // A server may begin its answer before it has read the whole request.
    if (!this.#heard) this.#answer.start('waiting for an answer', this.#bounds.answer)
  }

  onResponseStarted(): void {
    this.#heard = true
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HttpAnswer['headers']): void {
    if (status < 200) return // an interim answer, which does not stop the clock
    this.#answer.stop()
    this.#head.resolve({ status, headers, body: this.#body })
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#body.push(chunk)
  }

  onResponseEnd(): void {
    this.#finish(undefined)
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#finish(this.#failure ?? error)
  }

  #watchReader(isWaiting: boolean): void {
    if (isWaiting) this.#answer.start('waiting for the rest of the answer', this.#bounds.idle)
    else this.#answer.stop()
  }

  #abort(reason: Error): void {
    this.#failure ??= reason
    this.#controller?.abort(this.#failure)
    this.#finish(this.#failure)
  }

  #finish(error: Error | undefined): void {
    this.#signal.removeEventListener('abort', this.#onAbort)
    const reason = error ?? new Error('the exchange is over')
    this.#upload?.stop(reason)
    this.#head.reject(reason)
    this.#body.finish(error)
    for (const watch of [this.#total, this.#sending, this.#answer]) watch.stop()
  }
}
