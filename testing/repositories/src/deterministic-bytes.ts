import { type Cipheriv, createCipheriv, createHash } from 'node:crypto'

const TEXT_ALPHABET: string = 'etaoinshrdlucmfwypvbgkjqxz     \n'

/** An endless source of bytes that depend on the seed alone and do not compress. */
export class DeterministicBytes {
  readonly #stream: Cipheriv

  constructor(seed: string) {
    const key = createHash('sha256').update(seed).digest()
    this.#stream = createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16, 32))
  }

  take(length: number): Buffer {
    return this.#stream.update(Buffer.alloc(length))
  }

  /** Words and lines that compress about as source text does. */
  text(length: number): Buffer {
    return this.take(length).map((byte) => TEXT_ALPHABET.charCodeAt(byte % TEXT_ALPHABET.length)) as Buffer
  }
}
