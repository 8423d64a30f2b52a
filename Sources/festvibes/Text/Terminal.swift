import Foundation

/// The properties of the standard output.
struct Terminal {
  /// True for a screen, on which lines can be redrawn; false for a pipe or a file.
  var isInteractive: Bool
  var colors: Bool
  /// Columns and lines; nil for a pipe.
  var size: (width: Int, height: Int)?

  static func standardOutput(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> Terminal {
    let isInteractive = isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"
    // https://no-color.org
    let refusesColors = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    var window = winsize()
    let hasSize = isInteractive && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0 && window.ws_col > 0
    return Terminal(
      isInteractive: isInteractive, colors: isInteractive && !refusesColors,
      size: isInteractive ? hasSize ? (Int(window.ws_col), Int(window.ws_row)) : (80, 24) : nil)
  }
}
