// How do I run the app on AWS Lambda?
import serverless from "serverless-http"
import app from "./app.js"

export const handler = serverless(app, {
  request(req, event) {
    // A load balancer appends the client's address; API Gateway and function URLs have set `req.ip`.
    const forwarded = event.multiValueHeaders?.["x-forwarded-for"]?.at(-1)
    if (event.requestContext.elb && forwarded) req.ip = forwarded.split(",").at(-1).trim()
  },
})
