import Glibc

/// Handles SIGTERM, which Lambda sends before it removes the sandbox.
enum Shutdown {
  /// Only the signal handler writes it, and only true.
  nonisolated(unsafe) private static var wasRequested = false

  /// True once SIGTERM has arrived.
  static var isRequested: Bool { wasRequested }

  /// Installs the signal handlers. From now on SIGTERM ends a wait instead of the process, and a closed pipe is an error
  /// code instead of a signal.
  static func install() {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = { _ in Shutdown.wasRequested = true }
    sigaction(SIGTERM, &action, nil)
    // The parent process may have blocked SIGTERM.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigprocmask(SIG_UNBLOCK, &signals, nil)
    signal(SIGPIPE, SIG_IGN)
  }
}
