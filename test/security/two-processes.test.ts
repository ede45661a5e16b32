import { expect } from "chai"
import { type DatabaseAdapter, database, migrate } from "express-authjs/database"
import { mariadb, postgres } from "../database/servers.js"
import { link, useAccountApps } from "../support/account-apps.js"

const servers = { PostgreSQL: postgres, MariaDB: mariadb }

describe("S36: two processes that unlink two accounts of one user", () => {
  const { start } = useAccountApps()

  for (const [name, server] of Object.entries(servers)) {
    if (!server) continue
    it(`leave one way to sign in, by ${name} alone`, async () => {
      const { url, drop } = await server()
      const adapters = [database(url), database(url)] as [DatabaseAdapter, DatabaseAdapter]
      await migrate(adapters[0])
      const apps = await Promise.all(
        adapters.map((adapter) => start({ adapter, session: { strategy: "database" } })),
      )
      const [here, there] = apps as [(typeof apps)[0], (typeof apps)[0]]
      for (let round = 0; round < 3; round++) {
        const agent = await here.signInAda()
        await link(agent, here.url)
        const userId = await here.userId(agent)
        expect(await adapters[0].listAccounts(userId)).to.have.length(2)
        const answers = await Promise.all([
          agent.post(`${here.url}/unlink/demo`),
          agent.post(`${there.url}/unlink/other`),
        ])
        expect(answers.map(({ status }) => status).sort()).to.deep.equal([302, 409])
        expect(await adapters[0].listAccounts(userId)).to.have.length(1)
        await adapters[0].deleteUser(userId)
      }
      for (const adapter of adapters) await adapter.close()
      await drop()
    })
  }
})
