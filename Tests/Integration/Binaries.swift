import Foundation

/// The programs of this build, which are in the folder of the test's own binary.
enum Binaries {
  static let functions = ["DateRangeGenerator", "Scraper", "Loader", "CacheManager"]
  /// The optional functions that this build has: those that ENRICH=1 and API=1 add.
  static let optionalFunctions = ["Enricher", "ReadAPI"].filter {
    FileManager.default.isExecutableFile(atPath: path(of: $0))
  }

  static func path(of name: String) -> String {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name).path
  }
}
