import { parse } from "node-html-parser"
import type { UserAgent, Visit } from "./user-agent.js"

/** Follows "Use another method" on the sign-in page; returns the page itself if there is no other. */
export async function showEveryForm(agent: UserAgent, page: Visit): Promise<Visit> {
  const link = parse(page.body).querySelector('a[href*="methods=all"]')
  const href = link?.getAttribute("href")?.replaceAll("&amp;", "&")
  return href ? agent.get(new URL(href, page.url).href) : page
}
