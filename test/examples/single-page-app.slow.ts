import { browserTest } from "../support/browser-test.js"
import { useExample } from "./import-example.js"
import { useFrontEnd } from "./use-front-end.js"

describe("examples/single-page-app.ts", () => {
  const example = useExample("single-page-app.ts")

  browserTest("signs in and out by fetch, and returns to the page of the router", (context) =>
    useFrontEnd(context, example().url),
  )
})
