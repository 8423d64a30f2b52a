import Foundation
import ScrapingSupport
import Testing

@testable import Fetching

struct RedactorTests {
  @Test("Addresses in texts lose the values of secret query items, and nothing else changes")
  func redactor() throws {
    let redactor = Redactor(
      makePolicy(site, authentication: .query(name: "apiKey", value: "abc"), secretQueryItems: ["Token"]))
    #expect(
      redactor.address("https://x/a?APIKEY=abc&b=abc&token=&c#token=1")
        == "https://x/a?APIKEY=REDACTED&b=abc&token=REDACTED&c#token=1")
    #expect(redactor.address("https://x/apikey=1") == "https://x/apikey=1")
    #expect(
      redactor.text("see <https://x/?a=1&apikey=q>, \"/y?token=1\" and ?mytoken=2 & apikey=3")
        == "see <https://x/?a=1&apikey=REDACTED>, \"/y?token=REDACTED\" and ?mytoken=2 & apikey=3")
    let bearer = Redactor(makePolicy(site, authentication: .bearer(token: "t0ken-value")))
    #expect(bearer.text("a t0ken-value\u{301} b") == "a REDACTED\u{301} b")
    #expect(bearer.bytes(Data("t0ken-valuet0ken-value".utf8)) == Data("REDACTEDREDACTED".utf8))
    let idle = Redactor(makePolicy(site))
    #expect(idle.address("https://x/?apikey=1") == "https://x/?apikey=1")
    #expect(idle.bytes(Data("abc".utf8)) == Data("abc".utf8))
    // A secret that is the mark.
    let odd = Redactor(makePolicy(site, authentication: .bearer(token: "REDACTED")))
    #expect(odd.bytes(Data("a REDACTED b".utf8)) == Data("a REDACTED b".utf8))
  }
}
