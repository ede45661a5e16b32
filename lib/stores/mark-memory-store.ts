const inMemory = new WeakSet<object>()

/** Marks a store that keeps what it is told in this process, and so begins anew with each object. */
export function markMemoryStore<Store extends object>(store: Store): Store {
  inMemory.add(store)
  return store
}

/** Whether {@link markMemoryStore} marked a store. */
export function isMemoryStore(store: object): boolean {
  return inMemory.has(store)
}
