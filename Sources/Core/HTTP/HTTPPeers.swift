/// The addresses to which connections may be opened. The address is checked to which a host's name has resolved, so that
/// no spelling of it matters. A request whose peers are limited is not sent to a proxy.
public enum HTTPPeers: Equatable, Sendable {
  case all
  /// Public addresses, and those of one host: private, loopback, link-local and unspecified addresses are refused unless
  /// the host itself is there.
  case publicOr(host: String)
}
