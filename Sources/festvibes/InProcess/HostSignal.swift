import Foundation
import Time

/// SIGTERM and Ctrl-C of a process that runs a dataset itself: the first one ends the run in good order, a second
/// Ctrl-C ends the process at once. SIGTERM may come several times: a service manager sends it to all processes of a
/// service, and the parent passes it on.
enum HostSignal {
  /// Only the signal handler writes it, once.
  nonisolated(unsafe) private static var number: Int32 = 0

  /// The number of the signal that has arrived; nil if none has.
  static var received: Int32? { number == 0 ? nil : number }

  static func install() {
    for signal in [SIGTERM, SIGINT] {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { HostSignal.number = $0 }
      // A second Ctrl-C has its usual effect.
      action.sa_flags = signal == SIGINT ? Int32(bitPattern: UInt32(SA_RESETHAND)) : 0
      sigaction(signal, &action, nil)
    }
    // The parent process may have left them blocked.
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGTERM)
    sigaddset(&signals, SIGINT)
    sigprocmask(SIG_UNBLOCK, &signals, nil)
  }
}

/// Clocks of a run that can be stopped: from then on every deadline that was made of them has passed, and no wait takes
/// time. So a stop ends whatever is under way as a deadline would: a transaction is rolled back, a request is given up.
struct StoppableTime: TimeSource {
  private static let century = Duration.seconds(36_525 * 86_400)
  private static let tick = Duration.milliseconds(100)

  let base: any TimeSource
  let isStopped: () -> Bool

  var now: Date { base.now }
  var uptime: Duration { isStopped() ? base.uptime + Self.century : base.uptime }

  func sleep(for duration: Duration) {
    var left = duration
    while left > .zero, !isStopped() {
      base.sleep(for: min(left, Self.tick))
      left -= Self.tick
    }
  }
}
