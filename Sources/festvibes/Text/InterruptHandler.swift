import Foundation

/// What Ctrl-C does while a run is followed.
enum InterruptHandler {
  /// From now on Ctrl-C writes the words to the standard error and ends the program with status 130. The handler calls
  /// nothing but write(2) and _exit(2), which may be called at any moment (POSIX, 2.4.3).
  static func install(message words: StaticString) {
    Self.words = words
    signal(SIGINT) { _ in
      InterruptHandler.words.withUTF8Buffer { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
      _exit(130)
    }
    // Whoever started this program may have left the signal blocked.
    var interrupt = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    sigprocmask(SIG_UNBLOCK, &interrupt, nil)
  }

  /// Written once, before the handler that reads it is there.
  nonisolated(unsafe) private static var words: StaticString = ""
}
