import Glibc

/// Notes SIGTERM, which Lambda sends before it takes the sandbox away.
enum Termination {
  /// Written by the signal's handler only, and only ever to true.
  nonisolated(unsafe) private static var wasAsked = false

  static var isAsked: Bool { wasAsked }

  /// From now on SIGTERM ends a wait instead of the process, and a closed pipe is an error code instead of a signal.
  static func listen() {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in Termination.wasAsked = true }
    sigaction(SIGTERM, &action, nil)
    // Whoever started this process may have blocked it.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigprocmask(SIG_UNBLOCK, &signals, nil)
    signal(SIGPIPE, SIG_IGN)
  }
}
