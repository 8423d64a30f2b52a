import FoundationEssentials
import Text

/// The files `~/.aws/config` and `~/.aws/credentials`, which the command line reads as botocore, and so the AWS CLI, does:
/// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
public struct ProfileFiles: Sendable {
  /// The profile in use: `AWS_PROFILE`, then `AWS_DEFAULT_PROFILE`, or `default`.
  public let name: String
  /// True if a variable names it, so that its absence is an error.
  let isNamed: Bool
  /// The settings of the profile, of both files together; nil if neither file contains it.
  let settings: [String: String]?
  /// The settings of the file that gives the keys: the credentials file, if the profile has a key there. Keys and session
  /// token belong together, so those of two files are never mixed.
  let keys: [String: String]

  /// Reads the files.
  /// - Parameter readFile: returns the text of a file, nil if it cannot be read.
  public init(environment: [String: String], readFile: (String) -> String? = ProfileFiles.contents) {
    func sections(_ variable: String, _ standard: String) -> ProfileSections {
      let path = ProfilePath.expanded(environment.nonEmpty(variable) ?? standard, environment)
      return ProfileSections(readFile(path) ?? "")
    }
    let profile = environment.nonEmpty("AWS_PROFILE") ?? environment.nonEmpty("AWS_DEFAULT_PROFILE")
    let name = profile ?? "default"
    self.name = name
    isNamed = profile != nil
    let fromConfig = sections("AWS_CONFIG_FILE", "~/.aws/config").all.last { Self.profile(of: $0.name) == name }?
      .settings
    let fromCredentials = sections("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")[name]
    settings =
      fromConfig == nil && fromCredentials == nil
      ? nil : (fromConfig ?? [:]).merging(fromCredentials ?? [:]) { _, credentials in credentials }
    keys = (fromCredentials?["aws_access_key_id"] == nil ? fromConfig : fromCredentials) ?? [:]
  }

  /// The region of the profile.
  public var region: String? { settings?.nonEmpty("region") }

  /// Returns the text of a file, nil if it cannot be read. Bytes that are not UTF-8, as in comments, are replaced.
  public static func contents(of path: String) -> String? {
    (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Returns the profile of a section of the config file: `x y` for `profile "x y"`; nil for other sections. The
  /// credentials file has the bare names.
  static func profile(of section: String) -> String? {
    if section == "default" { return section }
    guard section.hasPrefix("profile"), let words = words(section), words.count == 2 else { return nil }
    return words[1]
  }

  /// Splits a text into words as a shell does, with quotes and backslashes; nil for an open quote (Python's `shlex.split`).
  private static func words(_ text: String) -> [String]? {
    var (words, word): ([String], String?) = ([], nil)
    var quote: Character?
    var rest = text[...]
    while let character = rest.popFirst() {
      switch (character, quote) {
      case ("\\", nil), ("\\", "\""):
        guard let next = rest.popFirst() else { return nil }
        // Within quotes a backslash escapes only the quote and itself.
        word = (word ?? "") + (quote == nil || next == "\"" || next == "\\" ? "" : "\\") + String(next)
      case (_, let open?): if character == open { quote = nil } else { word?.append(character) }
      case ("\"", nil), ("'", nil): (quote, word) = (character, word ?? "")
      case (_, nil) where character.isWhitespace:
        if let word { words.append(word) }
        word = nil
      default: word = (word ?? "") + String(character)
      }
    }
    return quote == nil ? words + [word].compactMap { $0 } : nil
  }
}
