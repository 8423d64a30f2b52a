/// A host that is left alone from now on, or is well again, for the log.
public enum HostChange: Equatable, Sendable, CustomStringConvertible {
  /// - Parameters:
  ///   - host: scheme, host and port.
  ///   - failures: so many in a row.
  ///   - pause: until the next try.
  case leftAlone(host: String, failures: Int, pause: Duration)
  case wellAgain(host: String)

  public var description: String {
    switch self {
    case .leftAlone(let host, let failures, let pause):
      "\(host) failed \(failures) times in a row and is left alone for \(pause.components.seconds) s"
    case .wellAgain(let host): "\(host) is well again"
    }
  }
}
