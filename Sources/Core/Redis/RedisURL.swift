import Glibc
import Text

/// An address `redis://user:password@host:port/database`, or `rediss://…` for TLS. User, password, port (6379) and
/// database (0) are optional; user and password are percent-encoded; an IPv6 address is in brackets.
/// Source: https://www.iana.org/assignments/uri-schemes/prov/redis
public struct RedisURL: Equatable, Sendable, CustomStringConvertible {
  /// True for `rediss://`.
  public let usesTLS: Bool
  /// A host name or an IP address, without brackets.
  public let host: String
  public let port: UInt16
  /// Empty for the server's default user.
  public let user: String
  /// Empty if the server requires none.
  public let password: String
  /// The number of the database.
  public let database: Int

  /// - Throws: `RedisError` of the kind `invalidURL`, which gives the reason and quotes nothing of the text.
  public init(_ text: String) throws(RedisError) {
    func invalid(_ detail: String) -> RedisError { RedisError(.invalidURL, detail: detail) }

    guard let (scheme, rest) = text.divided(at: ":"), rest.hasPrefix("//"),
      ["redis", "rediss"].contains(scheme.lowercased())
    else { throw invalid("the address must begin with redis:// or rediss://") }
    usesTLS = scheme.lowercased() == "rediss"

    // These characters would end the authority within a password that was not encoded.
    guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else {
      throw invalid("the address has a query or a fragment; in a password, write ? as %3F and # as %23")
    }
    let (authority, path) = rest.dropFirst(2).divided(at: "/") ?? (rest.dropFirst(2), "")
    guard let database = path.isEmpty ? 0 : Self.number(path, upTo: .init(Int32.max)) else {
      throw invalid("the part after the host must be a database number; in a password, write / as %2F")
    }
    self.database = database

    let hostAndPort: Substring
    if let at = authority.lastIndex(of: "@") {
      let (user, password) = authority[..<at].divided(at: ":") ?? (authority[..<at], "")
      guard let user = PercentEncoding.decodeStrictly(user),
        let password = PercentEncoding.decodeStrictly(password)
      else {
        throw invalid("the user or the password is not correctly percent-encoded; write % as %25")
      }
      guard user.isEmpty || !password.isEmpty else { throw invalid("the address has a user but no password") }
      (self.user, self.password) = (user, password)
      hostAndPort = authority[authority.index(after: at)...]
    } else {
      (user, password) = ("", "")
      hostAndPort = authority
    }

    let port: Substring
    if hostAndPort.hasPrefix("[") {
      guard let (address, rest) = hostAndPort.dropFirst().divided(at: "]"), rest.isEmpty || rest.hasPrefix(":"),
        Self.isIPv6(String(address))
      else { throw invalid("the brackets do not contain an IPv6 address") }
      host = String(address)
      port = rest.dropFirst()
    } else {
      let (name, rest) = hostAndPort.divided(at: ":") ?? (hostAndPort, "")
      guard !name.isEmpty, name.utf8.allSatisfy(Self.isHostCharacter) else { throw invalid("the address has no host") }
      host = String(name)
      port = rest
    }
    guard let number = port.isEmpty ? 6379 : Self.number(port, upTo: .init(UInt16.max)), number > 0 else {
      throw invalid("the port is not a number from 1 to 65535; an IPv6 address needs brackets")
    }
    self.port = UInt16(number)
  }

  /// True if the password would cross a network in clear.
  public var sendsPasswordInClear: Bool { !usesTLS && !password.isEmpty && !host.isLoopbackHost }

  /// Host and port, for error messages.
  public var server: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// The address without user and password.
  public var description: String { "\(usesTLS ? "rediss" : "redis")://\(server)/\(database)" }

  private static func number(_ text: Substring, upTo limit: Int) -> Int? {
    Int(digits: text).flatMap { $0 <= limit ? $0 : nil }
  }

  private static func isHostCharacter(_ byte: UInt8) -> Bool {
    byte.isASCIIAlphanumeric || ".-_".utf8.contains(byte)
  }

  private static func isIPv6(_ text: String) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET6, text, &address) == 1
  }
}

extension StringProtocol {
  /// Returns the parts before and after the first separator; nil if there is no separator.
  fileprivate func divided(at separator: Character) -> (before: SubSequence, after: SubSequence)? {
    firstIndex(of: separator).map { (self[..<$0], self[index(after: $0)...]) }
  }
}
