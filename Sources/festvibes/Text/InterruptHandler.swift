import Foundation

/// The effect of Ctrl-C while a run is followed.
enum InterruptHandler {
  /// Installs the handler: Ctrl-C writes the message to the standard error and ends the program with status 130. The
  /// handler calls only write(2) and _exit(2), which are safe in a signal handler (POSIX, 2.4.3).
  static func install(message: StaticString) {
    Self.message = message
    signal(SIGINT) { _ in
      InterruptHandler.message.withUTF8Buffer { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
      _exit(130)
    }
    // The parent process may have left the signal blocked.
    var interrupt = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    sigprocmask(SIG_UNBLOCK, &interrupt, nil)
  }

  /// Written once, before the handler is installed.
  nonisolated(unsafe) private static var message: StaticString = ""
}
