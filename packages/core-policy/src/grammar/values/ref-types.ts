import type { ObjectId } from '../../ids/object-id.ts'
import type { CommandValue, ValueType } from '../engine/table.ts'
import { type Direction, parseRefspec } from './parse-refspec.ts'
import { MISMATCH, accept } from './plain-types.ts'
import { isRefText, isRevision, readObjectId } from './ref-text.ts'
import { type Refspec, renderRefspec } from './refspec.ts'

export interface RefspecValue extends CommandValue {
  readonly kind: 'refspec'
  readonly refspec: Refspec
}

/** A branch or tag by its full name, or by a part that git completes. */
export interface RefTextValue extends CommandValue {
  readonly kind: 'ref'
}

/** What a lease expects of a ref: that it does not exist, an object id, or what a revision stands for. Nothing said: the remote-tracking branch. */
export type LeaseExpectation = { readonly kind: 'absent' } | { readonly kind: 'object'; readonly id: ObjectId } | { readonly kind: 'revision'; readonly text: string }

export interface LeaseValue extends CommandValue {
  readonly kind: 'lease'
  readonly ref: string
  readonly expected?: LeaseExpectation
}

export function refspecType(direction: Direction): ValueType<RefspecValue> {
  return {
    placeholder: '<refspec>',
    expects: direction === 'push' ? 'a refspec: <branch>, <source>:<branch>, :<branch>' : 'a refspec: <branch>, <branch>:<where to>',
    maximum: 600,
    parse: (text) => {
      const refspec = parseRefspec(text, direction)
      return refspec === undefined ? MISMATCH : accept({ kind: 'refspec', text: renderRefspec(refspec), refspec })
    },
  }
}

/** What `push --delete` takes: names without a colon. */
export const deletedRefType: ValueType<RefspecValue> = {
  placeholder: '<name>',
  expects: 'the name of a branch or tag, without a colon',
  parse: (text) => (isRefText(text) ? accept({ kind: 'refspec', text, refspec: { kind: 'delete', force: false, destination: text } }) : MISMATCH),
}

/** What `--refmap` takes: a refspec of a fetch, or nothing at all, which switches the configured ones off. */
export const refmapType: ValueType<RefspecValue | RefTextValue> = {
  placeholder: '<refspec>',
  expects: 'a refspec of a fetch, or empty',
  parse: (text) => (text === '' ? accept({ kind: 'ref', text: '' }) : refspecType('fetch').parse(text)),
}

export const refTextType: ValueType<RefTextValue> = {
  placeholder: '<name>',
  expects: 'the name of a branch or tag',
  parse: (text) => (isRefText(text) ? accept({ kind: 'ref', text }) : MISMATCH),
}

export const leaseType: ValueType<LeaseValue> = {
  placeholder: '<branch>[:<expected>]',
  expects: '<branch>, <branch>:<object id>, or <branch>: for one that does not exist',
  maximum: 600,
  parse: (text) => {
    const colon = text.indexOf(':')
    const ref = colon < 0 ? text : text.slice(0, colon)
    if (!isRefText(ref)) return MISMATCH
    if (colon < 0) return accept({ kind: 'lease', text: ref, ref })
    const expected = readExpectation(text.slice(colon + 1))
    return expected === undefined ? MISMATCH : accept({ kind: 'lease', text: `${ref}:${renderExpectation(expected)}`, ref, expected })
  },
}

function readExpectation(text: string): LeaseExpectation | undefined {
  if (text === '') return { kind: 'absent' }
  const id = readObjectId(text)
  if (id !== undefined) return { kind: 'object', id }
  return isRevision(text) ? { kind: 'revision', text } : undefined
}

function renderExpectation(expected: LeaseExpectation): string {
  if (expected.kind === 'absent') return ''
  return expected.kind === 'object' ? expected.id : expected.text
}
