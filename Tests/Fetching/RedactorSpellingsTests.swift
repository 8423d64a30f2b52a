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
      "p w/\"k&amp;&lt;", "p w/&quot;k&amp;&lt;", "p w/&#34;k&amp;&lt;", "p&#32;w&#x2F;&#34;k&#38;&#x3c;",
      // JSON in a text of JSON, an address in another one's query, JSON in an attribute of HTML, and mixtures.
      #"p w/\\\"k&<"#, #"p w\\\/\\\"k&<"#, #"p w\\u002f\\u0022k\\u0026\\u003C"#, #"p w\\/\\\"k\\u0026<"#,
      "p%2520w%252F%2522k%2526%253C", "p+w%252f%2522k%2526%253c", #"p w\/\&quot;k&amp;&lt;"#, #"p%20w%2F\\u0022k%26<"#,
      "p w/&amp;quot;k&amp;amp;&amp;lt;",
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

  @Test("A secret with a backslash or a percent sign, too")
  func backslash() throws {
    let redactor = Redactor(makePolicy(site, authentication: .bearer(token: #"p\w"/k-x"#)))
    for text in [#"p\w"/k-x"#, #"p\\w\"\/k-x"#, #"p\\\\w\\\"\\/k-x"#, "p%5Cw%22%2Fk-x", "p%255Cw%2522%252Fk-x"] {
      #expect(redactor.text("a \(text)\\ b") == #"a REDACTED\ b"#, "\(text)")
    }
    let percent = Redactor(makePolicy(site, authentication: .bearer(token: "p%@w/k-x")))
    for text in ["p%@w/k-x", "p%25%40w%2Fk-x", "p%2525%2540w%252Fk-x"] {
      #expect(percent.text("a \(text) b") == "a REDACTED b", "\(text)")
    }
  }

  @Test("What only looks like the beginning of a secret stays as it is")
  func others() throws {
    let redactor = Redactor(makePolicy(site, authentication: .bearer(token: Self.secret)))
    for text in [
      "p", "p w", #"\"#, #"p w\"#, #"p w\u00"#, "p w%", "p w%2", "&#", "p&#3", "p&#x;", "p w&#9999999;", #"\\\\\\"#,
      "%25%25%2",
      #"p w\/\"k&"#, "p w%252F%2522k%2526%253", "&amp", "p w/&quot;k&amp;&l",
    ] {
      #expect(redactor.text(text) == text)
      #expect(redactor.bytes(Data(text.utf8)) == Data(text.utf8))
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
