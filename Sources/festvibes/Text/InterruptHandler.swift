import Foundation

/// The effect of Ctrl-C while a run is followed.
enum InterruptHandler {
  /// Installs the handler: Ctrl-C writes the message to the standard error and ends the program with status 130. The
  /// handler calls only write(2) and _exit(2), which are safe in a signal handler (POSIX, 2.4.3).
  static func install(message: String) {
    // The former message is never freed: the handler may be writing it.
    let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: message.utf8.count)
    _ = bytes.initialize(from: message.utf8)
    Self.message = UnsafeBufferPointer(bytes)
    signal(SIGINT) { _ in
      _ = write(STDERR_FILENO, InterruptHandler.message.baseAddress, InterruptHandler.message.count)
      _exit(130)
    }
    // The parent process may have left the signal blocked.
    var interrupt = sigset_t()
    sigemptyset(&interrupt)
    sigaddset(&interrupt, SIGINT)
    sigprocmask(SIG_UNBLOCK, &interrupt, nil)
  }

  /// Written before the handler is installed, and for each further execution that is followed.
  nonisolated(unsafe) private static var message = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
}
