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

  @Test(
    "A secret is replaced in every spelling in which a source may repeat it",
    arguments: [
      "k+9f/3b7c=", "k%2B9f%2F3b7c%3D", "k%2b9f%2f3b7c%3d", "k%2B9f/3b7c=", #"k+9f\/3b7c="#, #"k\u002b9f\u002F3b7c="#,
      "%6B%2B9f%2F3b7c%3D", "k%252B9f%252F3b7c%253D",
    ])
  func spellings(spelling: String) {
    let redactor = Redactor(makePolicy(site, authentication: .query(name: "apikey", value: "k+9f/3b7c=")))
    #expect(redactor.bytes(Data("{\"a\":\"%\(spelling)\\\"}".utf8)) == Data("{\"a\":\"%REDACTED\\\"}".utf8))
    #expect(redactor.text("\(spelling)\(spelling)") == "REDACTEDREDACTED")
  }

  @Test(
    "A text that is cut within a secret, or differs from it, stays",
    arguments: ["k+9f/3b7c", "k%2B9f%2F3b7c%3", #"k+9f\"#, #"k\u002"#, "K+9f/3b7c=", #"k+9f\n3b7c="#, "%", "\\"])
  func others(text: String) {
    let redactor = Redactor(makePolicy(site, authentication: .bearer(token: "k+9f/3b7c=")))
    #expect(redactor.bytes(Data(text.utf8)) == Data(text.utf8))
  }

  @Test("A secret that looks like an escape is found")
  func escapeAsSecret() {
    let redactor = Redactor(makePolicy(site, authentication: .bearer(token: #"%25a\u0041"#)))
    #expect(redactor.text(#"x %25a\u0041 %2525a\\u0041"#) == "x REDACTED REDACTED")
  }
}
