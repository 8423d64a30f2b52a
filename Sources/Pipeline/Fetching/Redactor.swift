import FoundationEssentials
import HTTP

/// Replaces secrets in everything that leaves memory: addresses, response headers and bodies in archives and in the page
/// store, keys, documents, logs, error messages and metrics. Only the HTTP request itself holds them.
public struct Redactor: Sendable {
  /// The text in place of a secret.
  public static let mark = "REDACTED"

  /// A shorter value is found by the name of its query item or header only: as plain text it would also match by chance.
  private static let minimumLength = 6

  /// In lower case.
  private let queryItems: Set<String>
  private let headers: Set<String>
  /// The longest first, since one may contain another.
  private let values: [SecretSpellings]
  /// Tokens that the source issues later; nil for a source that issues none.
  private let acquired: AcquiredSecrets?

  public init(_ policy: FetchPolicy) {
    var queryItems = policy.secretQueryItems
    var headers = policy.secretHeaders
    if case .query(let name, _)? = policy.authentication { queryItems.insert(name) }
    if let name = policy.authentication?.headerName { headers.insert(name) }
    acquired = policy.authentication?.grant?.acquired
    self.queryItems = Set(queryItems.map { $0.lowercased() })
    let names = Set(headers.map { $0.lowercased() })
    self.headers = names
    let fixed = policy.headers.filter { names.contains($0.key.lowercased()) }.values
    values = Set((policy.authentication?.secrets ?? []) + fixed).filter(Self.mayReplace)
      .sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }.map(SecretSpellings.init)
  }

  /// True if a secret is looked for in texts. A part of the mark is not: it would be found in every mark again.
  static func mayReplace(_ secret: String) -> Bool { secret.utf8.count >= minimumLength && !mark.contains(secret) }

  /// True if the source has no secrets. Then everything passes unchanged.
  public var isIdle: Bool { queryItems.isEmpty && headers.isEmpty && values.isEmpty && acquired == nil }

  /// Returns an address with its secret query items replaced. It identifies the page in archives and in the page store.
  public func address(_ url: String) -> String {
    guard !isIdle else { return url }
    return text(url)
  }

  /// Returns a message, or another text such as a JSON document, with secret values, and secret query items of addresses in
  /// it, replaced.
  public func text(_ text: String) -> String {
    guard !isIdle else { return text }
    // Bytes are compared: a secret before a combining mark would end with another Character.
    return String(decoding: bytes(Data(replacingItems(text).utf8)), as: UTF8.self)
  }

  /// Returns a response's headers. A header such as Location or Link may repeat the request's query.
  func headers(_ headers: HTTPHeaders) -> HTTPHeaders {
    guard !isIdle else { return headers }
    return HTTPHeaders(
      headers.map { name, value in
        (name, self.headers.contains(name.lowercased()) ? Self.mark : text(value))
      })
  }

  /// Returns a body. It is as received, unless the source repeats a secret value in it, in any of its spellings.
  public func bytes(_ bytes: Data) -> Data {
    // Tokens first: they are longer than what they may contain.
    ((acquired?.spellings ?? []) + values).reduce(bytes) { bytes, value in
      value.replacing(in: [UInt8](bytes), with: Self.mark).map { Data($0) } ?? bytes
    }
  }

  /// Replaces the values of secret query items, wherever the text has an address: `<https://x/?key=…&page=2>; rel="next"`.
  private func replacingItems(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while !queryItems.isEmpty, let mark = rest.firstIndex(where: { $0 == "?" || $0 == "&" }) {
      let start = rest.index(after: mark)
      result += rest[..<start]
      rest = rest[start...]
      // A backslash ends a value, since it escapes the quotation mark that ends a text in JSON.
      let item = rest.prefix { !"?&#\"'\\<> \t\n".contains($0) }
      guard let equals = item.firstIndex(of: "="), queryItems.contains(QueryItems.name(of: item)) else { continue }
      result += item[...equals] + Self.mark
      rest = rest[item.endIndex...]
    }
    return result + rest
  }
}
