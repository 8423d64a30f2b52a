import Foundation
import ScrapingSupport
import Testing

@testable import Fetching

/// A source repeats a secret with the escapes of its response's format.
@Suite("Spellings of secrets")
struct RedactorSpellingsTests {
  private static let secret = "p w/\"k&<"  // pragma: allowlist secret

  @Test(
    "A secret is replaced in every spelling",
    arguments: [
      secret, "p%20w%2F%22k%26%3C", "p%20w%2f%22k%26%3c", "p+w%2F%22k%26%3C",
      "p+w%2f%22k%26%3c", #"p w/\"k&<"#, #"p w\/\"k&<"#, #"p w\u002f\"k\u0026\u003C"#,
      "p w/\"k&amp;&lt;", "p w/&quot;k&amp;&lt;", "p w/&#34;k&amp;&lt;",
    ])
  func spelling(text: String) throws {
    for kind: Authentication in [
      .bearer(token: Self.secret), .basic(user: "u", password: Self.secret), .header(name: "X-Key", value: Self.secret),
      .query(name: "key", value: Self.secret),
    ] {
      let redactor = Redactor(makePolicy(site, authentication: kind))
      #expect(redactor.bytes(Data("a \(text) b \(text)".utf8)) == Data("a REDACTED b REDACTED".utf8), "\(kind)")
      #expect(redactor.text("a \(text)") == "a REDACTED", "\(kind)")
    }
  }

  @Test("Of a header with a scheme, the secret alone is replaced as well, and the scheme stays")
  func schemeOfHeader() throws {
    let kind = Authentication.header(name: "Authorization", value: "Customer s3cr3t-token")
    let redactor = Redactor(makePolicy(site, authentication: kind))
    #expect(redactor.text("Customer: 's3cr3t-token', Customer s3cr3t-token") == "Customer: 'REDACTED', REDACTED")
  }

  @Test("A secret that is a part of the mark does not change the mark")
  func partOfMark() throws {
    var policy = makePolicy(site, authentication: .query(name: "key", value: "long-enough"), secretHeaders: ["X-Key"])
    policy.headers = ["X-Key": "REDACT"]
    let redactor = Redactor(policy)
    let address = redactor.address("https://x/a?key=long-enough")
    #expect(address == "https://x/a?key=REDACTED")
    #expect(redactor.address(address) == address, "replacing twice changes nothing")
    #expect(redactor.bytes(Data("long-enough".utf8)) == Data("REDACTED".utf8))
  }
}
