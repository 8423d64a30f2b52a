import FoundationEssentials
import Text

/// The settings of OAuth's client credentials grant (RFC 6749, 4.4), and the tokens that it has yielded.
public struct ClientCredentials: Equatable, Sendable {
  /// The address of the token endpoint, without secrets.
  public let tokenURL: String
  public let id: String
  /// The scopes to ask for, separated by spaces; nil for the endpoint's own choice.
  public let scope: String?
  /// True if id and secret are items of the request's body, false if they are an `Authorization: Basic` header.
  public let sendsInBody: Bool
  /// The tokens so far. All copies of the settings share them, so that every redactor knows them.
  let acquired = AcquiredSecrets()
  private let secret: String

  public init(tokenURL: String, id: String, secret: String, scope: String? = nil, sendsInBody: Bool = false) {
    self.tokenURL = tokenURL
    self.id = id
    self.secret = secret
    self.scope = scope
    self.sendsInBody = sendsInBody
  }

  public static func == (left: ClientCredentials, right: ClientCredentials) -> Bool {
    (left.tokenURL, left.id, left.secret, left.scope) == (right.tokenURL, right.id, right.secret, right.scope)
      && left.sendsInBody == right.sendsInBody
  }

  /// The value of the `Authorization` header; nil if id and secret are in the body.
  var authorization: String? { sendsInBody ? nil : "Basic \(basic)" }

  /// The body of the token request.
  var body: Data {
    var items = [("grant_type", "client_credentials")]
    if let scope { items.append(("scope", scope)) }
    if sendsInBody { items += [("client_id", id), ("client_secret", secret)] }
    return Data(items.map { "\($0)=\(PercentEncoding.encode($1))" }.joined(separator: "&").utf8)
  }

  /// The texts that no output may contain. A definition names the id as it names a secret, and some sources have secret ids.
  var secrets: [String] { [secret, id, basic, Data("\(id):\(secret)".utf8).base64EncodedString()] }

  /// RFC 6749, 2.3.1: id and secret are encoded before they are joined.
  private var basic: String {
    Data("\(PercentEncoding.encode(id)):\(PercentEncoding.encode(secret))".utf8).base64EncodedString()
  }
}
