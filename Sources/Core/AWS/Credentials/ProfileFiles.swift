import FoundationEssentials
import Text

/// The files `~/.aws/config` and `~/.aws/credentials`, which the command line reads as the AWS CLI does:
/// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
public struct ProfileFiles: Sendable {
  /// The profile in use: `AWS_PROFILE`, or `default`.
  public let name: String
  /// True if `AWS_PROFILE` names it, so that its absence is an error.
  let isNamed: Bool
  /// The settings of the profile; nil if neither file contains it.
  let settings: [String: String]?

  /// Reads the files.
  /// - Parameter readFile: returns the text of a file, nil if it cannot be read.
  public init(environment: [String: String], readFile: (String) -> String? = ProfileFiles.contents) {
    let home = environment.nonEmpty("HOME") ?? ""
    let config = environment.nonEmpty("AWS_CONFIG_FILE") ?? "\(home)/.aws/config"
    let credentials = environment.nonEmpty("AWS_SHARED_CREDENTIALS_FILE") ?? "\(home)/.aws/credentials"
    let profile = environment.nonEmpty("AWS_PROFILE")
    name = profile ?? "default"
    isNamed = profile != nil
    let sections = Self.sections(readFile(config) ?? "")
    let fromConfig = sections["profile \(name)"] ?? (name == "default" ? sections["default"] : nil)
    let fromCredentials = Self.sections(readFile(credentials) ?? "")[name]
    settings =
      fromConfig == nil && fromCredentials == nil
      ? nil : (fromConfig ?? [:]).merging(fromCredentials ?? [:]) { _, credentials in credentials }
  }

  /// The region of the profile.
  public var region: String? { settings?.nonEmpty("region") }

  /// Returns the text of a file, nil if it cannot be read.
  public static func contents(of path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

  /// Returns the settings by section. Indented lines, which belong to a nested setting (`s3 =`), and lines that are not
  /// settings are skipped.
  static func sections(_ text: String) -> [String: [String: String]] {
    var sections: [String: [String: String]] = [:]
    var current: String?
    for line in text.split(whereSeparator: \.isNewline) {
      guard let first = line.first, !first.isWhitespace, first != "#", first != ";" else { continue }
      if first == "[" {
        let title = line.dropFirst().prefix { $0 != "]" }
        let section = title.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        sections[section] = sections[section] ?? [:]
        current = section
      } else if let section = current, let equals = line.firstIndex(of: "=") {
        let key = line[..<equals].trimming(while: \.isWhitespace).lowercased()
        var value = line[line.index(after: equals)...]
        for comment in [" #", " ;", "\t#", "\t;"] {
          if let start = value.firstRange(of: comment)?.lowerBound { value = value[..<start] }
        }
        sections[section]?[key] = String(value.trimming(while: \.isWhitespace))
      }
    }
    return sections
  }
}
