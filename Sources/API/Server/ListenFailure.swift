/// The reason that a server cannot listen, for the person who starts it.
public struct ListenFailure: Error {
  /// True if the host is no address of this machine: no port of it will do.
  public let isHost: Bool
  public let message: String

  static func host(_ host: String) -> ListenFailure {
    ListenFailure(
      isHost: true, message: "\(host) is no address of this machine. Choose another one with --host or API_HOST")
  }
}
