import Foundation
import TestSupport
import Testing

/// The C libraries that the functions link: a function must not link, and pay at each start for, what only others use.
@Suite("Shared objects")
struct SharedObjectTests {
  private static let readelf = "/usr/bin/readelf"
  private static let list = SourceFiles.root.appending(path: "Tests/Integration/Fixtures/shared-objects.txt")

  /// The Swift and C runtimes. A release build links Swift statically and a debug build dynamically, so they differ.
  private static func isRuntime(_ library: String) -> Bool {
    library.wholeMatch(of: /ld-linux.*|lib(?:c|m|gcc_s|stdc\+\+|dispatch|BlocksRuntime|swift.*|Foundation.*|_.*)/)
      != nil
  }

  @Test(
    "A function links exactly the C libraries that Tests/Integration/Fixtures/shared-objects.txt lists",
    .enabled(if: FileManager.default.isExecutableFile(atPath: readelf), "install readelf, of the package binutils"),
    arguments: Binaries.functions + Binaries.optionalFunctions)
  func libraries(function: String) throws {
    let expected = try #require(try Self.expected()[function], "\(function) is not in the list")
    #expect(try Self.linked(by: Binaries.path(of: function)) == expected)
  }

  @Test("The list has a line for each function, also for the optional one")
  func functions() throws {
    #expect(try Self.expected().keys.sorted() == (Binaries.functions + ["Enricher", "ReadAPI"]).sorted())
  }

  /// Reads the list, whose lines are `FUNCTION: LIBRARY LIBRARY …`.
  private static func expected() throws -> [String: [String]] {
    var libraries: [String: [String]] = [:]
    for line in try String(contentsOf: list, encoding: .utf8).split(separator: "\n") where !line.hasPrefix("#") {
      let parts = line.split(separator: ":", maxSplits: 1)
      try #require(parts.count == 2, "\(line)")
      libraries[String(parts[0])] = parts[1].split(separator: " ").map(String.init).sorted()
    }
    return libraries
  }

  /// Returns the names of the libraries that a binary needs, without versions and without the runtimes, sorted.
  private static func linked(by binary: String) throws -> [String] {
    let output = FileManager.default.temporaryDirectory.appending(path: "readelf-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: output) }
    let status = try ChildProcess(
      readelf, ["--dynamic", "--wide", binary], environment: ["LC_ALL": "C"], output: output
    )
    .wait()
    try #require(status == 0)
    let needed = try String(contentsOfFile: output, encoding: .utf8).matches(of: /\(NEEDED\).*\[(.+?)\.so[0-9.]*\]/)
    try #require(!needed.isEmpty, "readelf lists no shared object of \(binary)")
    return needed.map { String($0.output.1) }.filter { !isRuntime($0) }.sorted()
  }
}
