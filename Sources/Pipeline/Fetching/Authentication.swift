import FoundationEssentials
import Text

/// Credentials for a source. They are added to a request when it is sent, and only if it goes to the policy's site.
public enum Authentication: Equatable, Sendable {
  /// `Authorization: Bearer TOKEN` (RFC 6750).
  case bearer(token: String)
  /// `Authorization: Basic …` (RFC 7617).
  case basic(user: String, password: String)
  /// A header such as `X-Api-Key`.
  case header(name: String, value: String)
  /// A query item such as `apikey`. It replaces an item of that name.
  case query(name: String, value: String)
  /// `Authorization: Bearer TOKEN`, with a token that OAuth's client credentials grant yields (RFC 6749, 4.4).
  case clientCredentials(ClientCredentials)

  /// The name of the header that carries the credentials; nil for a query item.
  var headerName: String? {
    if case .clientCredentials = self { return "Authorization" }
    return header?.name
  }

  /// The settings of the grant that yields tokens; nil for credentials that are known from the start.
  var grant: ClientCredentials? { if case .clientCredentials(let grant) = self { grant } else { nil } }

  /// The header that carries the credentials; nil for a query item, and for a token that must be requested first.
  var header: (name: String, value: String)? {
    switch self {
    case .bearer(let token): ("Authorization", "Bearer \(token)")
    case .basic(let user, let password):
      ("Authorization", "Basic \(Data("\(user):\(password)".utf8).base64EncodedString())")
    case .header(let name, let value): (name, value)
    case .query, .clientCredentials: nil
    }
  }

  /// The texts that no output may contain.
  var secrets: [String] {
    switch self {
    case .bearer(let token): [token]
    case .basic(let user, let password): [password, Data("\(user):\(password)".utf8).base64EncodedString()]
    // Of `Authorization: Token s3cr3t` a source may repeat the last word alone.
    case .header(_, let value): [value] + value.split(separator: " ").suffix(1).map(String.init)
    case .query(_, let value): [value, PercentEncoding.encode(value)]
    case .clientCredentials(let grant): grant.secrets
    }
  }
}

/// Hides the credentials, so that a log line or an error message cannot reveal them by mistake.
extension Authentication: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String {
    switch self {
    case .bearer: "bearer"
    case .basic: "basic"
    case .header(let name, _): "header \(name)"
    case .query(let name, _): "query \(name)"
    case .clientCredentials(let grant): "client credentials of \(grant.tokenURL)"
    }
  }

  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
