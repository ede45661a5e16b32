import { memoryLocks } from "express-authjs"
import { lockContract } from "../support/lock-contract.js"

lockContract("memoryLocks", memoryLocks)
