/// The commands of the page.
struct Command: Equatable, Sendable {
  /// The program as the shell of its reader finds it. On AWS that is not known: it is the name alone.
  let program: String

  /// - Parameter arguments: those of one command, or of several, each for when the one before succeeds.
  func line(_ arguments: [String]) -> String {
    arguments.map { "\(program) \($0)" }.joined(separator: " && ")
  }

  func line(_ arguments: String) -> String { line([arguments]) }
}
