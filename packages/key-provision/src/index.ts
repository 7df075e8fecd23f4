export type { Lease, LeasePurpose, LeaseTerms } from './lease.ts'
