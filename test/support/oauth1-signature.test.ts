import { expect } from "chai"
import {
  isSignedBy,
  percentEncode,
  readAuthorization,
  signRequest,
  toBaseString,
  writeAuthorization,
} from "./oauth1-signature.js"

const consumerSecret = "kd94hf93k423kf44"
const shared = { oauth_consumer_key: "dpf43f3p2l4k3l03", oauth_signature_method: "HMAC-SHA1" }

describe("the signatures of OAuth 1.0", () => {
  it("make the base string of RFC 5849, section 3.4.1.1", () => {
    const oauth = {
      oauth_consumer_key: "9djdj82h48djs9d2",
      oauth_token: "kkk9d7dh3k39sjv7",
      oauth_signature_method: "HMAC-SHA1",
      oauth_timestamp: "137131201",
      oauth_nonce: "7d8f3e4a",
    }
    const form = [...new URLSearchParams("c2&a3=2+q")]
    const url = "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"
    expect(toBaseString({ method: "post", url, parameters: [...form, ...Object.entries(oauth)] })).to.equal(
      "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26" +
        "c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26" +
        "oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7",
    )
  })

  for (const [what, expected, { method, url, tokenSecret, ...oauth }] of [
    [
      "temporary credentials",
      "74KNZJeDHnMBp0EMJ9ZHt/XKycU=",
      {
        method: "POST",
        url: "https://photos.example.net/initiate",
        tokenSecret: "",
        oauth_timestamp: "137131200",
        oauth_nonce: "wIjqoS",
        oauth_callback: "http://printer.example.com/ready",
      },
    ],
    [
      "token credentials",
      "gKgrFCywp7rO0OXSjdot/IHF7IU=",
      {
        method: "POST",
        url: "https://photos.example.net/token",
        tokenSecret: "hdhd0244k9j7ao03",
        oauth_token: "hh5s93j4hdidpola",
        oauth_timestamp: "137131201",
        oauth_nonce: "walatlh",
        oauth_verifier: "hfdp7dh39dks9884",
      },
    ],
    [
      "a protected photo",
      "MdpQcU8iPSUjWoN/UDMsK2sui9I=",
      {
        method: "GET",
        url: "http://photos.example.net/photos?file=vacation.jpg&size=original",
        tokenSecret: "pfkkdhi9sl3r4s00",
        oauth_token: "nnch734d00sl2jdk",
        oauth_timestamp: "137131202",
        oauth_nonce: "chapoH",
      },
    ],
  ] as const)
    it(`are those of RFC 5849, section 1.2, for ${what}`, () => {
      const request = { method, url, parameters: Object.entries({ ...shared, ...oauth }) }
      const secrets = { consumerSecret, tokenSecret }
      expect(signRequest(request, secrets)).to.equal(expected)
      expect(isSignedBy(request, expected, secrets)).to.equal(true)
      expect(isSignedBy({ ...request, method: "PUT" }, expected, secrets)).to.equal(false)
      expect(isSignedBy(request, expected, { ...secrets, consumerSecret: "other" })).to.equal(false)
      expect(isSignedBy(request, "", secrets)).to.equal(false)
    })

  it("escape all but the unreserved characters", () => {
    expect(percentEncode("aZ0-._~ !*'()+/ü")).to.equal("aZ0-._~%20%21%2A%27%28%29%2B%2F%C3%BC")
  })

  it("travel in the Authorization header", () => {
    const header = writeAuthorization([
      ["realm", "Photos"],
      ["oauth_nonce", 'a b"&='],
      ["oauth_token", ""],
    ])
    expect(header).to.equal('OAuth realm="Photos", oauth_nonce="a%20b%22%26%3D", oauth_token=""')
    expect([...(readAuthorization(header) ?? [])]).to.deep.equal([
      ["realm", "Photos"],
      ["oauth_nonce", 'a b"&='],
      ["oauth_token", ""],
    ])
    expect(readAuthorization("Bearer x")).to.equal(undefined)
  })
})
