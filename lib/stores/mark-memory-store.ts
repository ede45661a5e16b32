const inMemory = new WeakSet<object>()

/** Marks a store that keeps its data in this process, so that each new object starts out empty. */
export function markMemoryStore<Store extends object>(store: Store): Store {
  inMemory.add(store)
  return store
}

/** Whether {@link markMemoryStore} marked this store. */
export function isMemoryStore(store: object): boolean {
  return inMemory.has(store)
}
