import { listen } from "../support/listen.js"
import { importExample } from "./import-example.js"
import { useTodos } from "./use-todos.js"

describe("examples/passport-todo-before.ts", () => {
  useTodos(async () => listen(await importExample("passport-todo-before.ts")))
})
