/// The commands of the page. They begin with the program's name alone: the page does not know how a shell finds it.
enum Command {
  /// - Parameter arguments: those of one command, or of several, each for when the one before succeeds.
  static func line(_ arguments: [String]) -> String {
    arguments.map { "festvibes \($0)" }.joined(separator: " && ")
  }

  static func line(_ arguments: String) -> String { line([arguments]) }
}
