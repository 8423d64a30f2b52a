import Foundation

/// Ctrl-C and SIGTERM for a program that ends at a moment of its own choice.
enum StopSignal {
  private static var signals: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    sigaddset(&signals, SIGTERM)
    return signals
  }

  /// Holds the signals back, so that they interrupt nothing. To be called before there are other threads.
  static func hold() {
    var signals = signals
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Waits for a signal.
  /// - Returns: true if one has arrived, at once; false after the time.
  static func wait(_ time: Duration) -> Bool {
    var signals = signals
    let (seconds, attoseconds) = time.components
    var left = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    return sigtimedwait(&signals, nil, &left) > 0
  }

  /// True if a signal waits to be taken.
  static var isPending: Bool {
    var pending = sigset_t()
    sigpending(&pending)
    return sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1
  }
}
