import Foundation

/// The zone of the times that the commands show: that of the variable TZ, otherwise the machine's.
enum LocalZone {
  /// Checks TZ, which Foundation reads as UTC if it does not know the name: every time would be wrong by hours.
  /// - Throws: `CommandError` if TZ is set to what is no zone of this machine.
  static func check(_ environment: [String: String]) throws(CommandError) {
    guard let problem = problem(environment) else { return }
    throw CommandError("\(problem)\n\(NextStep(shell: "unset TZ").line)")
  }

  /// Returns what is wrong with TZ, for a person; nil if nothing is.
  static func problem(_ environment: [String: String]) -> String? {
    guard let value = environment["TZ"], !value.isEmpty else { return nil }
    let name = String(value.hasPrefix(":") ? value.dropFirst() : value[...])
    if name.hasPrefix("/") ? FileManager.default.isReadableFile(atPath: name) : TimeZone(identifier: name) != nil {
      return nil
    }
    return "TZ is '\(value)', which is not a time zone that this machine knows: use a name such as America/Chicago"
  }
}
