// The pool by itself: the index of undici loads fetch, WebSocket and caches too, which costs 12 MB and 50 ms at every start.
declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici'

  export default Pool
}
