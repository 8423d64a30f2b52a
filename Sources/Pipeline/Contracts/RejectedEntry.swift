/// A row of the source that the scraper rejected, in an extract document.
public struct RejectedEntry: Codable, Equatable, Sendable {
  public var reason: String
  /// The record's key at the source; empty if the row has none. Nil if the document gives no text.
  public var href: String?
  public var text: String?

  public init(reason: String, href: String?, text: String?) {
    self.reason = reason
    self.href = href
    self.text = text
  }

  private enum CodingKeys: CodingKey { case reason, href, text }

  /// Accepts any value: a rejected row counts as one even if its description is damaged.
  public init(from decoder: any Decoder) throws {
    let container = try? decoder.container(keyedBy: CodingKeys.self)
    let reason = try? container?.decode(String.self, forKey: .reason)
    // A reason is stored as text in Postgres, which does not hold NUL.
    self.reason = (reason ?? "no reason is given").replacing("\0", with: "\u{fffd}")
    href = try? container?.decode(String.self, forKey: .href)
    text = try? container?.decode(String.self, forKey: .text)
  }
}
