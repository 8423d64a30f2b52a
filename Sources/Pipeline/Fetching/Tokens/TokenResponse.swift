import FoundationEssentials
import Text

/// The body of a successful token response (RFC 6749, 5.1), or of an error (5.2).
struct TokenResponse: Decodable {
  /// The token; nil if it is missing, or cannot stand in a header.
  let token: String?
  let type: String?
  /// The seconds until the token ends; nil if the endpoint does not say.
  let lifetime: Double?
  /// The error code, such as `invalid_client`; nil if it is none of a few plain characters.
  let error: String?

  private enum CodingKeys: String, CodingKey {
    case token = "access_token"  // pragma: allowlist secret: the name of a field
    case type = "token_type"
    case lifetime = "expires_in"
    case error
  }

  /// Reads each member apart, so that an odd one does not cost the others. Some endpoints write the seconds as a text.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    token = (try? container.decode(String.self, forKey: .token)).flatMap { Self.isToken($0) ? $0 : nil }
    type = try? container.decode(String.self, forKey: .type)
    let seconds = (try? container.decode(Double.self, forKey: .lifetime))
    lifetime = seconds ?? (try? container.decode(String.self, forKey: .lifetime)).flatMap { Double($0) }
    error = (try? container.decode(String.self, forKey: .error)).flatMap { code in
      code.utf8.count <= 40 && code.utf8.allSatisfy({ $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "_") }) ? code : nil
    }
  }

  /// RFC 6749, A.12: visible ASCII characters.
  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 16_384 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }
}
