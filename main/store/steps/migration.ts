/** One step of the database's schema: numbered, append-only; its SHA-256 is stored when it is applied. */
export type Migration = { readonly version: number; readonly name: string; readonly sql: string };
