/// The addresses to which connections may be opened. The address is checked to which a host's name has resolved, so that
/// no spelling of it matters. The address of a proxy is checked in the same way.
public enum HTTPPeers: Equatable, Sendable {
  case all
  /// Public addresses, and those of one host: private, loopback, link-local and unspecified addresses are refused unless
  /// the host itself is there.
  case publicOr(host: String)
}
