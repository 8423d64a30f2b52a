import ArgumentParser
import Foundation

/// A failure to write to the standard output. It ends the program with the status 74, EX_IOERR of sysexits.h, also when
/// the reader of a pipe went away: a script must not take an output that was cut for a whole one.
struct OutputError: Error, Equatable, CustomStringConvertible {
  static let status = ExitCode(EX_IOERR)

  /// The value of `errno`.
  let code: Int32
  /// A sentence about work that was done, or that goes on, although the output does not show it; empty if there is none.
  var consequence = ""

  var description: String {
    let reason =
      switch code {
      case EPIPE: "its reader has closed it"
      case EBADF: "it is closed"
      default: String(cString: strerror(code))
      }
    return "the standard output cannot be written: \(reason)\(consequence.isEmpty ? "" : ". \(consequence)")"
  }
}
